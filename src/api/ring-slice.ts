/** The stream of a slice of the ring: what is there, and what is new. */
import { KithError, type Ring, type RingPart, type RingSlice, type RingSliceItem } from '../kith.ts'
import { EventStream } from './event-stream.ts'
import type { Lines } from './ndjson.ts'

/** Half of those that a node may have open: the other half is for the program that runs it. */
export const MAX_SLICE_STREAMS = 8

/** A line of the stream. */
export type RingSliceRecord =
  /** First of all, and whenever it changes: which part it is, and with which nodes it is compared, and equal. */
  | { event: 'slice'; slice: RingPart & { holders: string[]; equalWith: string[] } }
  /** `isNew`: it came since the slice was opened. */
  | { event: 'item'; item: RingSliceItem; isNew: boolean }

/** Without places, the part that the node owns. */
interface SliceInput {
  from?: string | undefined
  to?: string | undefined
  follow?: boolean | undefined
}

/** The streams of slices of a node. */
export class SliceStreams {
  readonly #ring: Ring
  #open = 0

  constructor(ring: Ring) {
    this.#ring = ring
  }

  /**
   * Opens a slice, which is closed once the stream ends, whoever ends it. Throws a KithError `too-many`, `bad-value` or
   * `no-ring`.
   */
  async open({ from, to, follow }: SliceInput, ending: AbortSignal): Promise<Lines<RingSliceRecord>> {
    if ((from === undefined) !== (to === undefined))
      throw new KithError('bad-value', 'give both from and to, or neither')
    if (this.#open === MAX_SLICE_STREAMS)
      throw new KithError('too-many', `at most ${MAX_SLICE_STREAMS} slices are read at a time: end one`)
    this.#open++
    try {
      const slice = await (from === undefined || to === undefined ? this.#ring.ownSlice() : this.#ring.slice(from, to))
      return linesOf(slice, { isFollowed: follow === true, ending, closed: () => this.#open-- })
    } catch (error) {
      this.#open--
      throw error
    }
  }
}

interface Reading {
  /** Until `ending`; otherwise, until it was compared with all holders. */
  isFollowed: boolean
  ending: AbortSignal
  closed: () => void
}

function linesOf(slice: RingSlice, { isFollowed, ending, closed }: Reading): Lines<RingSliceRecord> {
  const over = new AbortController()
  /** Told as new before the list of what is there came to them. */
  const early = new Set<string>()
  let isListed = false
  let told = recordOf(slice)
  function* first(): Generator<RingSliceRecord> {
    yield told
    for (const item of slice.items()) if (!early.has(idOf(item))) yield { event: 'item', item, isNew: false }
    early.clear()
    isListed = true
  }
  const subscribe = (push: (record: RingSliceRecord) => void): (() => void) => {
    const onItem = (item: RingSliceItem): void => {
      if (!isListed) early.add(idOf(item))
      push({ event: 'item', item, isNew: true })
    }
    const onChange = (): void => {
      if (over.signal.aborted) return
      const record = recordOf(slice)
      if (JSON.stringify(record) === JSON.stringify(told)) return
      told = record
      push(record)
    }
    slice.on('item', onItem).on('change', onChange)
    return () => {
      slice.off('item', onItem).off('change', onChange)
      closed()
      // Fails only if the node has stopped, which closes all.
      slice.close().catch(() => {})
    }
  }
  const end = (): void => over.abort()
  ending.addEventListener('abort', end)
  if (ending.aborted) end()
  const lines = new EventStream(subscribe, over.signal, first())
  if (!isFollowed) void slice.compared().then(end)
  return lines
}

function recordOf({ from, to, share, holders, equalWith }: RingSlice): RingSliceRecord {
  return { event: 'slice', slice: { from, to, share, holders, equalWith } }
}

function idOf({ key, sequence }: RingSliceItem): string {
  return `${key} ${sequence}`
}
