import { describe, expect, it } from 'vitest'
import { SaveLedger } from './save-ledger.ts'

describe('SaveLedger', () => {
  it('[W9] counts a change as saved only when the message that carried it is', () => {
    const ledger = new SaveLedger()
    ledger.connected()
    ledger.sent(true)
    ledger.changed(1)
    ledger.sent(false)
    ledger.changed(2)
    ledger.sent(false)
    expect(ledger.waitingCount).toBe(2)
    ledger.saved(1)
    expect(ledger.waitingCount).toBe(2)
    ledger.saved(2)
    expect(ledger.waitingCount).toBe(1)
    ledger.saved(3)
    expect(ledger.waitingCount).toBe(0)
  })

  it('[W9] does not take an update for the offline work that its Step2 still has to bring', () => {
    const ledger = new SaveLedger(5)
    ledger.connected()
    ledger.changed(3)
    ledger.sent(false)
    ledger.saved(1)
    expect(ledger.waitingCount).toBe(6)
    ledger.sent(true)
    ledger.saved(2)
    expect(ledger.waitingCount).toBe(0)
  })

  it('[W9] starts again with a connection: what was sent on a dead one is not saved', () => {
    const ledger = new SaveLedger()
    ledger.connected()
    ledger.sent(true)
    ledger.changed(4)
    ledger.sent(false)
    ledger.connected()
    ledger.saved(2)
    expect(ledger.waitingCount).toBe(1)
    ledger.sent(true)
    ledger.saved(1)
    expect(ledger.waitingCount).toBe(0)
  })

  it('counts the updates of one step as one change, saved when the last of them is', () => {
    const ledger = new SaveLedger()
    ledger.connected()
    ledger.sent(true)
    for (let i = 0; i < 3; i++) {
      ledger.changed(1)
      ledger.sent(false)
    }
    ledger.changed(2)
    expect(ledger.waitingCount).toBe(2)
    ledger.saved(3)
    expect(ledger.waitingCount).toBe(2)
    ledger.saved(4)
    expect(ledger.waitingCount).toBe(1)
  })
})
