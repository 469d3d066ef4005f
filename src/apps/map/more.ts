/** What stands last in a write of a map: which guest of the author writes, or with the fence of which lock. */
import { KithError } from '../../kith.ts'
import { listedGuest, readByGuest, type ByGuest } from '../by-guest.ts'

export interface MoreOfWrite extends ByGuest {
  /** Of the lock that guards the key: a write with a lower one than another has no effect. */
  fence?: number
}

/** What a value says that stands last; undefined if it is nothing that does. */
export function readMore(value: unknown): MoreOfWrite | undefined {
  if (typeof value !== 'object' || value === null || !('fence' in value)) return readByGuest(value)
  const { fence, ...unknown } = value
  return Object.keys(unknown).length === 0 && isFence(fence) ? { fence } : undefined
}

/** What stands last in a list: nothing for a write by the author without a fence. Throws a KithError `bad-value`. */
export function listedMore({ guest, fence }: MoreOfWrite): [] | [MoreOfWrite] {
  if (fence === undefined) return listedGuest({ ...(guest !== undefined && { guest }) })
  if (!isFence(fence)) throw new KithError('bad-value', 'a fence is a whole number from 1 on')
  if (guest !== undefined) throw new KithError('bad-value', 'guests take no locks, and so write without a fence')
  return [{ fence }]
}

function isFence(fence: unknown): fence is number {
  return Number.isSafeInteger(fence) && (fence as number) >= 1
}
