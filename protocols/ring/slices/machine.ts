/**
 * Keeps parts of the ring equal with the nodes that hold the same; README.md has the rules.
 *
 * Invariants
 * 1. An item is kept only if the store knows it for what it says, and asked for, or given in a part that is compared.
 * 2. All symbols of a comparison are of one state: sets are held meanwhile, and changes wait.
 * 3. Of a peer, at most MAX_GIVEN_PER_PEER sets are kept for its slices, of all MAX_GIVEN.
 */
import { Effects } from '../../wire/effects.ts'
import type { PeerId } from '../../wire/ids.ts'
import type { Machine, Random } from '../../wire/machine.ts'
import { RateLimits } from '../../wire/rate-limits.ts'
import { Asking } from './asking.ts'
import {
  ALL_READ_BURST,
  ALL_READS_PER_SECOND,
  MAX_GIVEN,
  MAX_GIVEN_PER_PEER,
  MAX_HOLDERS,
  MAX_SLICES,
  OPEN_BURST,
  OPENS_PER_SECOND,
  READ_BURST,
  READS_PER_SECOND,
  TICK_MS,
} from './constants.ts'
import type { SlicesCore } from './core.ts'
import { Giving } from './giving.ts'
import { contains, type Part } from './parts.ts'
import type {
  Holder,
  PlacedItem,
  SlicesCommand,
  SlicesEffect,
  SlicesEffects,
  SlicesEvent,
  SlicesInput,
  SlicesPorts,
  SlicesTimer,
  SlicesWrite,
} from './ports.ts'
import type { OpenRecord, SlicesRecord } from './records.ts'

const EVERYBODY = 'everybody'

/** A slice of this node. */
interface Slice {
  part: Part
  holders: Map<PeerId, Asking>
}

export interface SlicesInit {
  ports: SlicesPorts
  random: Random
}

/** Slices without IO. */
export class SlicesMachine implements Machine<SlicesCommand, SlicesRecord, SlicesWrite, SlicesEvent, SlicesTimer> {
  readonly #effects: SlicesEffects = new Effects()
  readonly #core: SlicesCore
  readonly #peers = new Set<PeerId>()
  readonly #slices = new Map<number, Slice>()
  /** By peer, and by its number of the slice. */
  readonly #givings = new Map<PeerId, Map<number, Giving>>()
  readonly #opens = new RateLimits<PeerId>({ burst: OPEN_BURST, perSecond: OPENS_PER_SECOND })
  readonly #reads = new RateLimits<PeerId>({ burst: READ_BURST, perSecond: READS_PER_SECOND })
  readonly #allReads = new RateLimits<typeof EVERYBODY>({ burst: ALL_READ_BURST, perSecond: ALL_READS_PER_SECOND })
  /** Peers for whom a `work` timer is set. */
  readonly #working = new Set<PeerId>()
  #isTicking = false
  #nowMs = 0

  constructor({ ports, random }: SlicesInit) {
    this.#core = {
      effects: this.#effects,
      ports,
      random,
      accept: (item, packed, from) => this.#accept(item, packed, from),
      spend: (peer, ids) => {
        this.#reads.spend(peer, this.#nowMs, ids)
        this.#allReads.spend(EVERYBODY, this.#nowMs, ids)
      },
      workLater: (peer) => this.#workLater(peer),
    }
  }

  handle(input: SlicesInput, nowMs: number): readonly SlicesEffect[] {
    this.#nowMs = nowMs
    switch (input.type) {
      case 'peer-up':
        this.#peers.add(input.peer)
        this.#tick()
        break
      case 'peer-down':
        this.#peerDown(input.peer)
        break
      case 'records':
        for (const record of input.records) this.#receive(input.from, record)
        break
      case 'command':
        this.#command(input.command)
        break
      case 'timer':
        this.#fire(input.timer)
        break
    }
    this.#tickLater()
    return this.#effects.take()
  }

  /** Throws a RangeError beyond MAX_SLICES or MAX_HOLDERS. */
  #command(command: SlicesCommand): void {
    switch (command.type) {
      case 'slice':
        this.#set(command.slice, command.part, command.holders)
        return this.#tick()
      case 'close':
        return this.#close(command.slice)
      case 'changed':
        return this.#changed(command.item, command.isHeld, undefined)
    }
  }

  #set(number: number, part: Part, holders: readonly Holder[]): void {
    if (holders.length > MAX_HOLDERS) throw new RangeError(`a slice is compared with at most ${MAX_HOLDERS} holders`)
    const before = this.#slices.get(number)
    if (before === undefined && this.#slices.size === MAX_SLICES) throw new RangeError(`at most ${MAX_SLICES} slices`)
    for (const [peer, asking] of before?.holders ?? [])
      if (!holders.some((holder) => holder.peer === peer)) asking.close()
    const askings = holders.map(({ peer, part: common }): [PeerId, Asking] => {
      const asking = before?.holders.get(peer) ?? new Asking(this.#core, number, peer, common)
      asking.move(common)
      return [peer, asking]
    })
    this.#slices.set(number, { part, holders: new Map(askings) })
  }

  #close(number: number): void {
    for (const asking of this.#slices.get(number)?.holders.values() ?? []) asking.close()
    this.#slices.delete(number)
  }

  #receive(from: PeerId, record: SlicesRecord): void {
    const asking = this.#slices.get(record.slice)?.holders.get(from)
    const giving = this.#givings.get(from)?.get(record.slice)
    switch (record.type) {
      case 'open':
        return this.#open(from, record)
      case 'symbols':
        return asking?.symbols(record, this.#nowMs)
      case 'more':
        return giving?.more(record.end, this.#nowMs)
      case 'want':
        return giving?.want(record.checksums, this.#nowMs)
      case 'items':
        return (record.isOpener ? giving : asking)?.items(record.items, this.#nowMs)
      case 'taken':
        return asking?.taken(record.kept, this.#nowMs)
      case 'end':
        return record.isOpener ? giving?.end() : asking?.ended()
      case 'changed':
        return asking?.compareSoon(this.#nowMs)
    }
  }

  #open(from: PeerId, record: OpenRecord): void {
    const isReadOut = this.#reads.isOver(from, this.#nowMs) || this.#allReads.isOver(EVERYBODY, this.#nowMs)
    if (isReadOut || !this.#opens.take(from, this.#nowMs)) {
      this.#effects.misbehaviour(from, 'slice-flood')
      return this.#refuse(from, record)
    }
    const ofPeer = this.#givings.get(from) ?? new Map<number, Giving>()
    const giving = ofPeer.get(record.slice) ?? this.#newGiving(from, ofPeer, record)
    if (giving === undefined) return this.#refuse(from, record)
    this.#givings.set(from, ofPeer.set(record.slice, giving))
    giving.open(record, this.#nowMs)
  }

  /** Makes room by forgetting what was used longest ago: of the peer itself, or of all. */
  #newGiving(from: PeerId, ofPeer: Map<number, Giving>, record: OpenRecord): Giving | undefined {
    if (ofPeer.size >= MAX_GIVEN_PER_PEER && !forgetIdle([ofPeer])) return undefined
    const all = [...this.#givings.values()]
    const count = all.reduce((sum, { size }) => sum + size, 0)
    if (count >= MAX_GIVEN && !forgetIdle(all)) return undefined
    return new Giving(this.#core, record, from)
  }

  #refuse(from: PeerId, { slice }: OpenRecord): void {
    this.#effects.send(from, { type: 'end', slice, isOpener: false, isRefused: true })
  }

  #accept(item: PlacedItem, packed: Uint8Array, from: PeerId): boolean {
    if (!this.#core.ports.isWelcome(item)) return false
    this.#effects.persist({ type: 'put-item', item, packed })
    this.#changed(item, true, from)
    for (const [slice, { part }] of this.#slices) {
      if (contains(part, item.place)) this.#effects.emit({ type: 'item', slice, item, from })
    }
    return true
  }

  #changed(item: PlacedItem, isHeld: boolean, from: PeerId | undefined): void {
    /** It is theirs, or this node gives it to them soon. */
    const informed = new Set(from === undefined ? [] : [from])
    for (const { holders } of this.#slices.values()) {
      for (const [peer, asking] of holders) if (asking.change(item, isHeld, from, this.#nowMs)) informed.add(peer)
    }
    for (const [peer, ofPeer] of this.#givings) {
      for (const giving of ofPeer.values()) giving.change(item, isHeld, informed.has(peer))
    }
  }

  #peerDown(peer: PeerId): void {
    this.#peers.delete(peer)
    this.#givings.delete(peer)
    for (const { holders } of this.#slices.values()) holders.get(peer)?.gone()
  }

  #fire(timer: SlicesTimer): void {
    if (timer.type === 'tick') {
      this.#isTicking = false
      return this.#tick()
    }
    this.#working.delete(timer.peer)
    for (const { holders } of this.#slices.values()) holders.get(timer.peer)?.work(this.#nowMs)
    for (const giving of this.#givings.get(timer.peer)?.values() ?? []) giving.work()
  }

  #tick(): void {
    for (const { holders } of this.#slices.values()) {
      for (const [holder, asking] of holders) if (this.#peers.has(holder)) asking.tick(this.#nowMs)
    }
    for (const ofPeer of this.#givings.values()) for (const giving of ofPeer.values()) giving.tick(this.#nowMs)
  }

  #workLater(peer: PeerId): void {
    if (this.#working.has(peer)) return
    this.#working.add(peer)
    this.#effects.setTimer({ type: 'work', peer }, 0)
  }

  #tickLater(): void {
    if (this.#isTicking || (this.#slices.size === 0 && this.#givings.size === 0)) return
    this.#isTicking = true
    this.#effects.setTimer({ type: 'tick' }, TICK_MS)
  }
}

/** Forgets the set that was used longest ago, if one is not in use. */
function forgetIdle(all: readonly Map<number, Giving>[]): boolean {
  const idle = all.flatMap((ofPeer) =>
    [...ofPeer].filter(([, { isOpen }]) => !isOpen).map(([slice, giving]) => ({ ofPeer, slice, giving })),
  )
  const oldest = idle.toSorted((a, b) => a.giving.heardMs - b.giving.heardMs)[0]
  return oldest?.ofPeer.delete(oldest.slice) ?? false
}
