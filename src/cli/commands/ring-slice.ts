/** `kith ring slice`: a part of the ring that is kept up to date. */
import { Argument, InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { RingSliceRecord } from '../../api/ring-slice.ts'
import type { RingSliceItem } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand, type Run } from '../program.ts'
import { counted, fileSize } from '../text.ts'
import { partText, percentText } from './ring-text.ts'

const OWN = 'own'
const BOUNDS = /^([0-9a-f]{1,64})\.\.([0-9a-f]{1,64})$/i

/** Undefined: what the node owns. */
type Bounds = { from: string; to: string } | undefined

/** Adds `kith ring slice`. */
export function addRingSliceCommand(ring: Command, run: Run): void {
  addCommand(ring, {
    name: 'slice',
    summary: 'show a part of the ring, and what is new in it',
    description: 'fetch what the connected nodes hold in a part of the ring, and list it',
    examples: [
      ['kith ring slice own', 'what this node owns, as the nearest to it'],
      ['kith ring slice 40..80', 'a quarter of the ring; 0..0 is all of it'],
      ['kith ring slice c0..40 --watch', 'across the end; goes on with what is new until Ctrl-C'],
    ],
    notes: [
      'A place is given by its first hex digits. A part goes from one, inclusive, to another one, exclusive, upwards.',
      'A + marks what came while the command ran. What the node would not keep otherwise may leave it again afterwards.',
      'Only what connected nodes hold is found: in a large ring, that is less than there is.',
    ],
  })
    .addArgument(new Argument('<part>', 'FROM..TO, or own').argParser(boundsOf))
    .addOption(new Option('--watch', 'go on with what is new until Ctrl-C'))
    .action(run(slice))
}

function boundsOf(text: string): Bounds {
  if (text === OWN) return undefined
  const [, from, to] = BOUNDS.exec(text.trim()) ?? []
  if (from === undefined || to === undefined)
    throw new InvalidArgumentError('It must be own, or two places of 1 to 64 hex digits such as 40..80.')
  return { from, to }
}

async function slice(context: Context, bounds: Bounds, { watch = false }: { watch?: boolean }): Promise<void> {
  const { output, terminal, api } = context
  const stop = new AbortController()
  const forget = terminal.onInterrupt(() => stop.abort())
  const shown = new ShownSlice(watch)
  try {
    for await (const record of api.stream('ring.slice', { ...bounds, follow: watch }, stop.signal)) {
      if (output.json) output.value(record)
      else output.lines(...shown.linesOf(record))
      await output.drained(stop.signal)
    }
  } finally {
    forget()
  }
  if (!output.json) output.lines(...shown.lastLines())
}

/** A slice as lines. */
class ShownSlice {
  readonly #isWatched: boolean
  #part = ''
  #holders = 0
  #equal = 0
  #there = 0
  #new = 0
  #sizeBytes = 0
  /** What is there has been summed up. */
  #isSummed = false

  constructor(isWatched: boolean) {
    this.#isWatched = isWatched
  }

  linesOf(record: RingSliceRecord): string[] {
    if (record.event === 'item') return [this.#itemLine(record.item, record.isNew)]
    const { holders, equalWith, ...part } = record.slice
    const [before, beforeHolders] = [this.#part, this.#holders]
    this.#part = partText(part)
    this.#holders = holders.length
    this.#equal = equalWith.length
    const hasMoved = before !== this.#part || beforeHolders !== this.#holders
    const heading = `${this.#part}, ${percentText(part.share)} of the ring, held by ${counted(this.#holders, 'connected node')}`
    const isUpToDate = this.#equal === this.#holders && this.#isWatched && !this.#isSummed
    if (isUpToDate) this.#isSummed = true
    return [...(hasMoved ? [heading] : []), ...(isUpToDate ? [...this.#sum(), 'Ctrl-C ends this.'] : [])]
  }

  lastLines(): string[] {
    return this.#isSummed ? [`Closed: ${counted(this.#new, 'item')} came.`] : this.#sum()
  }

  #itemLine({ key, sequence, sizeBytes }: RingSliceItem, isNew: boolean): string {
    if (isNew) this.#new++
    else this.#there++
    this.#sizeBytes += sizeBytes
    const version = sequence === 0 ? '' : `, version ${sequence}`
    return `${isNew ? '+' : ' '} ${key}  ${fileSize(sizeBytes)}${version}`
  }

  #sum(): string[] {
    const items = `${counted(this.#there + this.#new, 'item')}, ${fileSize(this.#sizeBytes)}, ${this.#new} of them new (+).`
    if (this.#holders === 0) return [items, 'No connected node holds any of it: this is what is here.']
    const silent = this.#holders - this.#equal
    const rest = silent === 0 ? '' : ` Not compared with ${counted(silent, 'node')}: something may be missing.`
    return [`${items} Equal with ${this.#equal} of ${counted(this.#holders, 'node')}.${rest}`]
  }
}
