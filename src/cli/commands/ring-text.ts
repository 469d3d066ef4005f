/** Words about the ring that several commands use. */
import type { RingPart } from '../../kith.ts'

/** So much of a place is shown: enough to tell nodes apart. */
const SHOWN_DIGITS = 8

/** The first digits of a place. */
export function placeText(place: string): string {
  return place.slice(0, SHOWN_DIGITS)
}

/** A part of the ring by its bounds, or in words where it is all of it. */
export function partText({ from, to }: Pick<RingPart, 'from' | 'to'>): string {
  return from === to ? 'the whole ring' : `${placeText(from)}..${placeText(to)}`
}

/** A share of the ring. */
export function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}
