import { expect, it } from 'vitest'
import type { StoredAsset } from '../store/store.ts'
import { Loans } from './loans.ts'

const MIB = 1 << 20
/** Only its length is looked at. */
const assetOf = (mib: number) => ({ bytes: { length: mib * MIB } }) as StoredAsset

it('one address has so much at a time, the same picture for any number behind it', () => {
  const loans = new Loans()
  const [large, small, other] = [assetOf(100), assetOf(28), assetOf(1)]
  const back = loans.lend(large, 'a')
  const again = loans.lend(large, 'a')
  expect([back, again, loans.lend(small, 'a')]).not.toContain(undefined)
  expect(loans.lend(other, 'a')).toBeUndefined()
  expect(loans.lend(other, 'b')).toBeDefined()
  back?.()
  expect(loans.lend(other, 'a')).toBeUndefined()
  again?.()
  expect(loans.lend(other, 'a')).toBeDefined()
})

it('all addresses have so much together; one picture alone is lent, however large', () => {
  const loans = new Loans()
  const huge = loans.lend(assetOf(600), 'a')
  expect(huge).toBeDefined()
  expect(loans.lend(assetOf(1), 'b')).toBeUndefined()
  huge?.()
  for (const address of ['a', 'b', 'c', 'd']) expect(loans.lend(assetOf(128), address)).toBeDefined()
  expect(loans.lend(assetOf(1), 'e')).toBeUndefined()
})
