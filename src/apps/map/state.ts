/**
 * The state of a map. The last writer in the room's order wins. Removed keys leave a tombstone, so that
 * order does not matter. What does not fit takes the place of what authors hold that have more.
 */
import { encode } from '@ipld/dag-cbor'
import { Map as ImmutableMap } from 'immutable'
import { ARRAY_HEADER_BYTES } from '../../../protocols/apps/constants.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import { MAX_STATE_BYTES } from '../../../protocols/room/constants.ts'
import { KithError, type JsonValue, type StateCodec, type UpdateOf } from '../../kith.ts'
import { isShownKey, requireVisibleKey, shownKey } from '../../names.ts'
import { decodeExact } from '../cbor.ts'
import type { MapKinds } from './kinds.ts'
import { listedMore, readMore, type MoreOfWrite } from './more.ts'
import { givingWay } from './shares.ts'

/** An entry of a map. `sizeBytes` is its share of the encoded state. */
export interface MapEntry extends MoreOfWrite {
  /** Undefined if removed. */
  value: JsonValue | undefined
  /** Whoever wrote last, or had a guest that did. */
  author: string
  writtenAt: Position
  sizeBytes: number
}

/** The state of a map room. `room.get(key)` and `room.keys()` read it. */
export interface MapState {
  entries: ImmutableMap<string, MapEntry>
  sizeBytes: number
}

export function emptyMap(): MapState {
  return { entries: ImmutableMap(), sizeBytes: ARRAY_HEADER_BYTES }
}

export function withWrite(state: MapState, update: UpdateOf<MapKinds>): MapState {
  const { key, guest, fence } = update.value
  const value = update.kind === 'put' ? update.value.value : undefined
  const writtenAt = { clock: update.clock, id: update.id as DocumentId }
  const old = state.entries.get(key)
  if (old !== undefined && isBefore({ fence, writtenAt }, old)) return state
  const { author } = update
  const next = withEntry(state, key, {
    ...{ value, author, writtenAt },
    ...{ ...(guest !== undefined && { guest }), ...(fence !== undefined && { fence }) },
  })
  if (next.sizeBytes <= MAX_STATE_BYTES || next.sizeBytes <= state.sizeBytes) return next
  return givingWay(state, next, key).reduce(withoutEntry, next)
}

/** Whether a write has no effect beside another one of the same key: a higher fence wins, and then the later place. */
function isBefore(write: Pick<MapEntry, 'writtenAt'> & { fence: number | undefined }, other: MapEntry): boolean {
  const byFence = (write.fence ?? 0) - (other.fence ?? 0)
  return byFence < 0 || (byFence === 0 && comparePositions(write.writtenAt, other.writtenAt) < 0)
}

export function valueOf({ entries }: MapState, key: string): JsonValue | undefined {
  return entries.get(key)?.value
}

/**
 * The key that a typed one means: the very one, or one that is the same but for the composition of its characters,
 * which depends on the keyboard, or one that is listed so because of what cannot be seen in it. If none has a value, the
 * composed form (NFC), in which new keys are written.
 */
export function keyIn(state: MapState, typed: string): string {
  const composed = typed.normalize('NFC')
  const forms = [typed, composed, typed.normalize('NFD')]
  const found = forms.find((key) => valueOf(state, key) !== undefined)
  // All keys are looked through only for what can be one as it is listed.
  const listed = found === undefined && isShownKey(typed) ? keysOf(state).find((key) => shownKey(key) === typed) : found
  return listed ?? composed
}

/** The key to set. Throws a KithError `bad-name` for a new one with something in it that nobody sees. */
export function keyToSet(state: MapState, typed: string): string {
  const key = keyIn(state, typed)
  if (valueOf(state, key) === undefined) requireVisibleKey(key)
  return key
}

/**
 * Throws a KithError `map/guarded` if nothing would come of a write, as far as is known here: one with a higher fence has been
 * made.
 */
export function requireUnguarded({ entries }: MapState, key: string, fence = 0): void {
  const guard = entries.get(key)?.fence ?? 0
  if (fence >= guard) return
  const how = fence === 0 ? 'so it is written under that lock only (--fence)' : `and ${fence} is of an earlier holder`
  throw new KithError('map/guarded', `'${key}' has been written with the fence ${guard} of a lock, ${how}`)
}

/** Keys that have a value, sorted. */
export function keysOf({ entries }: MapState): string[] {
  return [...entries].flatMap(([key, { value }]) => (value === undefined ? [] : [key])).sort()
}

/** A list of tuples, sorted by key. */
export const mapCodec: StateCodec<MapState> = {
  sizeBytes: ({ sizeBytes }) => sizeBytes,

  encode({ entries }) {
    const tuples = [...entries].map(toTuple)
    return encode(tuples.sort(([a], [b]) => (a < b ? -1 : 1)))
  },

  decode(bytes) {
    const tuples = decodeExact<MapTuple[]>(bytes)
    return tuples.reduce<MapState>(
      (state, [key, values, clock, id, author, more]) =>
        withEntry(state, key, { value: values[0], author, ...moreOf(more), writtenAt: { clock, id } }),
      emptyMap(),
    )
  },

  toJson: (state) => Object.fromEntries(keysOf(state).map((key) => [key, valueOf(state, key) ?? null])),
}

/** `values` is empty for a removed key. */
type MapTuple = [key: string, values: JsonValue[], clock: number, id: DocumentId, author: string, more?: MoreOfWrite]

function toTuple([key, { value, author, writtenAt, ...more }]: [string, Omit<MapEntry, 'sizeBytes'>]): MapTuple {
  const { clock, id } = writtenAt
  return [key, value === undefined ? [] : [value], clock, id, author, ...listedMore(more)]
}

function moreOf(more: MoreOfWrite | undefined): MoreOfWrite {
  if (more === undefined) return {}
  const known = readMore(more)
  if (known === undefined) throw new TypeError('an entry says more than this node knows')
  return known
}

function withEntry(state: MapState, key: string, entry: Omit<MapEntry, 'sizeBytes'>): MapState {
  const sizeBytes = encode(toTuple([key, entry])).length
  const oldBytes = state.entries.get(key)?.sizeBytes ?? 0
  return {
    entries: state.entries.set(key, { ...entry, sizeBytes }),
    sizeBytes: state.sizeBytes - oldBytes + sizeBytes,
  }
}

function withoutEntry(state: MapState, key: string): MapState {
  const sizeBytes = state.sizeBytes - (state.entries.get(key)?.sizeBytes ?? 0)
  return { entries: state.entries.delete(key), sizeBytes }
}
