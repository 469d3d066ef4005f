/** Slices of the ring for the users of a node. */
import { EventEmitter } from 'node:events'
import { bytesOfPlace, contains, placeOfBytes, sizeOf, type Part } from '../../protocols/ring/index.ts'
import { MAX_SLICES } from '../../protocols/ring/slices/constants.ts'
import { KithError, type RingPart, type RingSlice, type RingSliceEvents, type RingSliceItem } from '../kith.ts'
import type { RingSliceEvent } from '../machine/ring/wing.ts'
import type { NodeCore } from './core.ts'

const PREFIX = /^[0-9a-f]{1,64}$/
const PLACE_DIGITS = 64
const CIRCLE = 2 ** 256
/** Items read at a time while they are listed. */
const PAGE = 256

export class NodeRingSlices {
  readonly #core: NodeCore
  readonly #open = new Map<number, NodeRingSlice>()
  #last = 0

  constructor(core: NodeCore) {
    this.#core = core
  }

  /** Undefined: what this node owns. */
  async open(bounds: { from: string; to: string } | undefined): Promise<RingSlice> {
    const part = bounds && partOf(bounds.from, bounds.to)
    if (this.#open.size === MAX_SLICES)
      throw new KithError('too-many', `at most ${MAX_SLICES} slices are open at a time: close one`)
    const number = ++this.#last
    const slice = new NodeRingSlice(this.#core, number, () => this.#open.delete(number))
    this.#open.set(number, slice)
    await slice.place(part)
    return slice
  }

  /** Those that are open. */
  parts(): RingPart[] {
    return [...this.#open.values()]
      .filter((slice) => slice.isPlaced)
      .map(({ from, to, share }) => ({ from, to, share }))
  }

  handle(event: RingSliceEvent): void {
    this.#open.get(event.slice)?.handle(event)
  }
}

class NodeRingSlice implements RingSlice {
  readonly #core: NodeCore
  readonly #number: number
  readonly #forget: () => void
  readonly #events = new EventEmitter<RingSliceEvents>()
  /** Holders that it was compared with since it was placed here, and whether it is equal with them. */
  readonly #compared = new Map<string, boolean>()
  #isClosed = false

  constructor(core: NodeCore, number: number, forget: () => void) {
    this.#core = core
    this.#number = number
    this.#forget = forget
  }

  /** Whether the ring knows it: not between being asked for and then. */
  get isPlaced(): boolean {
    return this.#core.machine.wings.ring.slice(this.#number) !== undefined
  }

  get from(): string {
    return ringPartOf(this.#view.part).from
  }

  get to(): string {
    return ringPartOf(this.#view.part).to
  }

  get share(): number {
    return ringPartOf(this.#view.part).share
  }

  get holders(): string[] {
    return [...this.#view.holders]
  }

  get equalWith(): string[] {
    return this.#view.holders.filter((holder) => this.#compared.get(holder) === true)
  }

  *items(): Generator<RingSliceItem> {
    const { part } = this.#view
    for (let from = part.from, isFirst = true; isFirst || from !== part.to; isFirst = false) {
      const page = this.#core.machine.wings.ring.heldIn({ from, to: part.to }, PAGE)
      yield* page.map(({ key, sequence, sizeBytes }) => ({ key, sequence, sizeBytes, from: null }))
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return
      from = BigInt.asUintN(256, BigInt(`0x${last.key}`) + 1n)
      if (!contains(part, from)) return
    }
  }

  async resize(from: string, to: string): Promise<void> {
    if (this.#isClosed) throw new KithError('bad-value', 'this slice is closed')
    await this.place(partOf(from, to))
  }

  async compared(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (this.#isClosed || this.#view.holders.every((holder) => this.#compared.has(holder))) resolve()
    }
    this.#events.on('change', look)
    look()
    await promise
    this.#events.off('change', look)
  }

  on<Name extends keyof RingSliceEvents>(name: Name, listener: (...args: RingSliceEvents[Name]) => void): this {
    // The emitter cannot tell that both are of one name.
    this.#events.on(name, listener as never)
    return this
  }

  off<Name extends keyof RingSliceEvents>(name: Name, listener: (...args: RingSliceEvents[Name]) => void): this {
    this.#events.off(name, listener as never)
    return this
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#forget()
    this.#events.emit('change')
    await this.#core.command({ type: 'ring-slice', command: { type: 'close-slice', slice: this.#number } })
  }

  async place(part: Part | undefined): Promise<void> {
    this.#compared.clear()
    await this.#core.command({ type: 'ring-slice', command: { type: 'slice', slice: this.#number, part } })
  }

  handle(event: RingSliceEvent): void {
    if (event.type === 'slice-item') {
      const { key, sequence, sizeBytes } = event.item
      this.#events.emit('item', { key, sequence, sizeBytes, from: event.from ?? null })
      return
    }
    if (event.type === 'slice-compared') this.#compared.set(event.holder, event.isEqual)
    this.#events.emit('change')
  }

  get #view(): { part: Part; holders: readonly string[] } {
    const view = this.#core.machine.wings.ring.slice(this.#number)
    if (view === undefined) throw new KithError('bad-value', 'this slice is closed')
    return view
  }
}

/** A part of the ring as users see it. */
export function ringPartOf(part: Part): RingPart {
  return { from: textOf(part.from), to: textOf(part.to), share: Number(sizeOf(part)) / CIRCLE }
}

/** Two places by their first digits. Throws a KithError `bad-value`. */
function partOf(from: string, to: string): Part {
  return { from: placeOf(from), to: placeOf(to) }
}

function placeOf(text: string): bigint {
  const digits = text.trim().toLowerCase()
  if (!PREFIX.test(digits)) throw new KithError('bad-value', `"${text}" is no place: it has 1 to 64 hex digits`)
  return placeOfBytes(Buffer.from(digits.padEnd(PLACE_DIGITS, '0'), 'hex'))
}

function textOf(place: bigint): string {
  return Buffer.from(bytesOfPlace(place)).toString('hex')
}
