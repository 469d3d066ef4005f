/** Nodes that keep slices equal, in memory, on a network that delivers in order and at once. */
import { contains, type Part } from '../../../../../protocols/ring/slices/parts.ts'
import { SlicesMachine } from '../../../../../protocols/ring/slices/index.ts'
import type { PlacedItem, SlicesCommand, SlicesEvent, SlicesInput } from '../../../../../protocols/ring/slices/ports.ts'
import type { SlicesRecord } from '../../../../../protocols/ring/slices/records.ts'
import { sha256 } from '../../../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../../../protocols/wire/ids.ts'
import { seededRandom } from '../../../../../src/simulate/random.ts'
import { toHex } from '../../vectors.ts'

export const WHOLE: Part = { from: 0n, to: 0n }
const TICK_MS = 100

/** The part of the ring with these fractions of it as bounds. */
export function partOf(from: number, to: number): Part {
  const place = (fraction: number): bigint => BigInt.asUintN(256, BigInt(Math.floor(fraction * 2 ** 32)) << 224n)
  return { from: place(from), to: place(to) }
}

export function itemOf(packed: Uint8Array): PlacedItem {
  const id = sha256(packed)
  return { id, place: BigInt(`0x${toHex(id)}`) }
}

export const packedOf = (name: string): Uint8Array => Buffer.from(`item ${name}`)

export class Node {
  readonly peer: PeerId
  readonly machine: SlicesMachine
  readonly items = new Map<string, { item: PlacedItem; packed: Uint8Array }>()
  readonly events: SlicesEvent[] = []
  readonly faults: string[] = []
  #ordered: PlacedItem[] = []
  /** What the node takes of what others send. */
  welcomes: (item: PlacedItem) => boolean = () => true
  /** What it gives to others. */
  gives: (id: Uint8Array) => boolean = () => true
  /** Items that `itemsIn` gave, as a measure of what was read. */
  read = 0

  constructor(name: string) {
    this.peer = name as PeerId
    this.machine = new SlicesMachine({
      random: seededRandom(Buffer.from(name).readUInt8(0)),
      ports: {
        itemsIn: (part, limit) => {
          const inPart = this.#inOrder().filter(({ place }) => contains(part, place))
          const isWrapped = ({ place }: PlacedItem): boolean => place < part.from
          const items = [...inPart.filter((item) => !isWrapped(item)), ...inPart.filter(isWrapped)].slice(0, limit)
          this.read += items.length
          return items
        },
        packed: (id) => this.items.get(toHex(id))?.packed,
        read: (packed) => (packed.length === 0 ? undefined : itemOf(packed)),
        isWelcome: (item) => !this.items.has(toHex(item.id)) && this.welcomes(item),
        isFor: (id) => this.gives(id),
      },
    })
  }

  put(packed: Uint8Array): PlacedItem {
    const item = itemOf(packed)
    this.items.set(toHex(item.id), { item, packed })
    return item
  }

  forget({ id }: PlacedItem): void {
    this.items.delete(toHex(id))
    this.#ordered = []
  }

  #inOrder(): PlacedItem[] {
    if (this.#ordered.length !== this.items.size) {
      const items = [...this.items.values()].map(({ item }) => item)
      this.#ordered = items.toSorted((a, b) => (a.place < b.place ? -1 : 1))
    }
    return this.#ordered
  }

  get ids(): string[] {
    return [...this.items.keys()].toSorted()
  }

  /** Ids of the items that were reported as new, by slice. */
  news(slice: number): string[] {
    return this.events.flatMap((event) => (event.type === 'item' && event.slice === slice ? toHex(event.item.id) : []))
  }
}

interface Delivery {
  to: Node
  input: SlicesInput
}

export class World {
  readonly nodes: Node[]
  nowMs = 0
  readonly records: { from: PeerId; to: PeerId; record: SlicesRecord }[] = []
  readonly #queue: Delivery[] = []
  #timers: (Delivery & { atMs: number })[] = []
  /** Records that are lost or changed on the way. */
  tampers: (from: Node, to: Node, record: SlicesRecord) => SlicesRecord | undefined = (_from, _to, record) => record

  constructor(names: readonly string[]) {
    this.nodes = names.map((name) => new Node(name))
    for (const to of this.nodes) {
      for (const { peer } of this.nodes)
        if (peer !== to.peer) this.#handle({ to, input: { type: 'peer-up', peer, creditBytes: 0 } })
    }
  }

  command(to: Node, command: SlicesCommand): void {
    this.#handle({ to, input: { type: 'command', command } })
    this.settle()
  }

  /** All nodes keep a part equal with one another. */
  share(slice: number, part: Part): void {
    for (const to of this.nodes) {
      const holders = this.nodes.filter((other) => other !== to).map(({ peer }) => ({ peer, part }))
      this.#handle({ to, input: { type: 'command', command: { type: 'slice', slice, part, holders } } })
    }
    this.settle()
  }

  /** Puts an item into a node's store, which tells the machine. */
  add(to: Node, packed: Uint8Array): PlacedItem {
    const item = to.put(packed)
    this.command(to, { type: 'changed', item, isHeld: true })
    return item
  }

  remove(from: Node, item: PlacedItem): void {
    from.forget(item)
    this.command(from, { type: 'changed', item, isHeld: false })
  }

  /** An input that a node would not send by itself. */
  receive(to: Node, from: Node, record: SlicesRecord): void {
    this.#handle({ to, input: { type: 'records', from: from.peer, records: [record] } })
    this.settle()
  }

  cut(a: Node, b: Node): void {
    this.#handle({ to: a, input: { type: 'peer-down', peer: b.peer } })
    this.#handle({ to: b, input: { type: 'peer-down', peer: a.peer } })
  }

  join(a: Node, b: Node): void {
    this.#handle({ to: a, input: { type: 'peer-up', peer: b.peer, creditBytes: 0 } })
    this.#handle({ to: b, input: { type: 'peer-up', peer: a.peer, creditBytes: 0 } })
    this.settle()
  }

  pass(ms: number): void {
    const endMs = this.nowMs + ms
    while (this.nowMs < endMs) {
      this.nowMs += TICK_MS
      this.settle()
    }
  }

  /** Delivers all that is on its way, and fires timers that are due. */
  settle(): void {
    for (;;) {
      const due = this.#timers.filter(({ atMs }) => atMs <= this.nowMs)
      this.#timers = this.#timers.filter(({ atMs }) => atMs > this.nowMs)
      this.#queue.push(...due)
      const next = this.#queue.splice(0)
      if (next.length === 0) return
      for (const delivery of next) this.#handle(delivery)
    }
  }

  #handle({ to: node, input }: Delivery): void {
    for (const effect of node.machine.handle(input, this.nowMs)) {
      switch (effect.type) {
        case 'persist':
          node.put(effect.write.packed)
          break
        case 'emit':
          node.events.push(effect.event)
          break
        case 'misbehaviour':
          node.faults.push(effect.reason.code)
          break
        case 'timer':
          this.#timers.push({
            to: node,
            input: { type: 'timer', timer: effect.timer },
            atMs: this.nowMs + effect.afterMs,
          })
          break
        case 'send':
          this.#send(node, effect.to, effect.record)
      }
    }
  }

  #send(from: Node, peer: PeerId, sent: SlicesRecord): void {
    const to = this.nodes.find((node) => node.peer === peer)
    const record = to && this.tampers(from, to, sent)
    if (to === undefined || record === undefined) return
    this.records.push({ from: from.peer, to: peer, record })
    this.#queue.push({ to, input: { type: 'records', from: from.peer, records: [record] } })
  }
}

/** The bytes that records of a comparison take, about, without the items. */
export function comparisonBytes(records: readonly { record: SlicesRecord }[]): number {
  const sizes = { open: 120, symbols: 40, more: 8, want: 8, items: 0, taken: 6, end: 6, changed: 4 }
  return records.reduce((sum, { record }) => {
    if (record.type === 'symbols') return sum + sizes.symbols + record.symbols.length
    return sum + sizes[record.type] + (record.type === 'want' ? 4 * record.checksums.length : 0)
  }, 0)
}
