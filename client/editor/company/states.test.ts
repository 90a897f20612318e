import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Participant } from '../../sync/presence.ts'
import { AWAY_MS, IDLE_MS, stateAt } from './idleness.ts'
import { REMEMBERED_MS, Remembered } from './remembered.ts'

describe('idleness', () => {
  const looking = { lastInputAtMs: 1000, hiddenSinceMs: undefined }

  it('who does nothing for minutes is idle, and not before', () => {
    expect(stateAt(1000, looking)).toEqual({ state: 'here', untilMs: 1000 + IDLE_MS })
    expect(stateAt(999 + IDLE_MS, looking).state).toBe('here')
    expect(stateAt(1000 + IDLE_MS, looking)).toEqual({ state: 'idle', untilMs: undefined })
  })

  it('whose page is not looked at is idle at once, and away later', () => {
    const hidden = { lastInputAtMs: 1000, hiddenSinceMs: 2000 }
    expect(stateAt(2000, hidden)).toEqual({ state: 'idle', untilMs: 2000 + AWAY_MS })
    expect(stateAt(2000 + AWAY_MS, hidden)).toEqual({ state: 'away', untilMs: undefined })
  })
})

describe('those who are remembered', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const ada: Participant = {
    clientId: 1,
    name: 'Ada',
    color: 'red',
    selection: ['x'],
    cursor: [1, 2],
    state: 'here',
  }

  function setUp() {
    let others: readonly Participant[] = [ada]
    let listener = () => {}
    let clockListener: (clientIds: readonly number[]) => void = () => {}
    const clocks = new Map([[1, 5]])
    const state = { isConnected: true, away: [] as readonly Participant[] }
    const remembered = new Remembered({
      presence: {
        others: () => [...others],
        clockOf: clientId => clocks.get(clientId) ?? 0,
        subscribe: heard => {
          listener = heard
          return () => {}
        },
        subscribeClocks: heard => {
          clockListener = heard
          return () => {}
        },
      },
      isConnected: () => state.isConnected,
      changed: away => {
        state.away = away
      },
    })
    const hear = (next: readonly Participant[], clock = 5) => {
      others = next
      clocks.set(1, clock)
      listener()
    }
    /** A page says now and then that it is still there. */
    const renew = (clock: number) => {
      clocks.set(1, clock)
      clockListener([1])
    }
    return { state, hear, renew, remembered }
  }

  it('who has lost the connection is away, without cursor and selection, until they are back', () => {
    const { state, hear } = setUp()
    hear([])
    expect(state.away).toEqual([{ ...ada, state: 'away', selection: [], cursor: undefined }])
    hear([ada], 7)
    expect(state.away).toEqual([])
    vi.advanceTimersByTime(REMEMBERED_MS)
    expect(state.away).toEqual([])
  })

  it('who does not come back is forgotten', () => {
    const { state, hear } = setUp()
    hear([])
    vi.advanceTimersByTime(REMEMBERED_MS - 1)
    expect(state.away).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(state.away).toEqual([])
  })

  it('who lost it after saying once more that they are there is away too', () => {
    const { state, hear, renew } = setUp()
    renew(8)
    hear([], 8)
    expect(state.away).toHaveLength(1)
  })

  it('who has left is not remembered', () => {
    const { state, hear } = setUp()
    hear([], 6)
    expect(state.away).toEqual([])
  })

  it('nobody is away because one has lost one’s own connection', () => {
    const { state, hear } = setUp()
    state.isConnected = false
    hear([])
    expect(state.away).toEqual([])
  })
})
