/**
 * The opener's side: keeps one slice equal with one of its holders. It finds the difference, fetches what it lacks, and gives
 * what the holder lacks.
 */
import type { PeerId } from '../../wire/ids.ts'
import { Decoder, decodeSymbols, FIRST_SYMBOLS, textOfId } from '../reconciliation/index.ts'
import { CodedPart } from './coded-part.ts'
import {
  ANSWER_MS,
  COMPARE_MS,
  COMPARE_SOON_MS,
  GIVE_STEPS,
  MAX_BACKOFF,
  MAX_PIECES,
  MAX_SETTLED,
  MAX_SYMBOLS_SENT,
  MAX_WANTED,
  SETTLED_MS,
  STEPS,
} from './constants.ts'
import { areEqual, newNonce, packedItems, type SlicesCore } from './core.ts'
import { contains, halves, sizeOf, type Part } from './parts.ts'
import type { PlacedItem } from './ports.ts'
import type { SlicesRecord, SymbolsRecord, Unnumbered } from './records.ts'

/**
 * - `idle`: until the next comparison.
 * - `opened`: the holder's first symbols are awaited.
 * - `reading`: they have come, and the own part is being read.
 * - `comparing`: symbols are looked at, or more are awaited.
 * - `fetching`: the difference is known.
 * - `choosing`: what the holder should have is sought in what it lacks.
 * - `giving`: it has been given some.
 */
type Phase = 'idle' | 'opened' | 'reading' | 'comparing' | 'fetching' | 'choosing' | 'giving'

/** Comparisons come a little earlier or later, so that those of many slices do not come together. */
const JITTER = 0.2

const NOTHING = new Uint8Array()

/** The opener of comparisons of one slice with one holder. */
export class Asking {
  readonly #core: SlicesCore
  readonly #slice: number
  readonly #holder: PeerId
  #part: Part
  /** What of it is compared next, and what after that in this turn: it is halved if it differs too much at once. */
  #pieces: Part[]
  #phase: Phase = 'idle'
  /** The part that the comparison going on is of. */
  #compared: Part
  /** When the next comparison comes in its turn, and before, as something may be new; no earlier one if the last one failed. */
  #turnMs = 0
  #soonMs = Infinity
  #isPutOff = false
  /** Of the comparison that was begun last, in all of its pieces: whether it came before its turn, found a difference, moved something. */
  #isEarly = false
  #isDifferent = false
  #hasMoved = false
  /** How many times as long pauses are, after comparisons that moved nothing. */
  #backoff = 1
  #answerDueMs = Infinity
  #nonce: Uint8Array
  /** Kept for the next comparison. */
  #coded: CodedPart | undefined
  #decoder: Decoder | undefined
  /** Symbols asked for, and those that came before the own part was read. */
  #end = 0
  #early: SymbolsRecord | undefined
  /** To be fetched: checksums by the text of their ids, of which those of `asked` are awaited. */
  readonly #lacking = new Map<string, number>()
  #asked: ReadonlySet<string> = new Set()
  #toGive: Uint8Array[] = []
  /** What was given, and what came and was not welcome: neither is sent again and again. */
  readonly #settled = new Set<string>()
  #unsettleMs = 0

  constructor(core: SlicesCore, slice: number, holder: PeerId, part: Part) {
    this.#core = core
    this.#slice = slice
    this.#holder = holder
    this.#part = part
    this.#pieces = [part]
    this.#compared = part
    this.#nonce = newNonce(core.random)
  }

  /** The slice is given up. */
  close(): void {
    if (this.#phase !== 'idle') {
      this.#core.effects.send(this.#holder, { type: 'end', slice: this.#slice, isOpener: true, isRefused: false })
    }
  }

  /** The slice is another part, from the next comparison on. */
  move(part: Part): void {
    if (part.from === this.#part.from && part.to === this.#part.to) return
    this.#part = part
    this.#pieces = [part]
    this.#turnMs = 0
    this.#isPutOff = false
    this.#backoff = 1
  }

  /** Takes over a change of what is held. What the holder should have makes a comparison due; returns whether that comes without delay. */
  change(item: PlacedItem, isHeld: boolean, from: PeerId | undefined, nowMs: number): boolean {
    this.#coded?.change(item, isHeld)
    if (!isHeld || !contains(this.#part, item.place)) return false
    this.#lacking.delete(textOfId(item.id))
    if (from === this.#holder || !this.#core.ports.isFor(item.id, this.#holder)) return false
    this.compareSoon(nowMs)
    return this.#backoff === 1 && !this.#isPutOff
  }

  /** One of both may have something new. */
  compareSoon(nowMs: number): void {
    if (!this.#isPutOff) this.#soonMs = Math.min(this.#soonMs, nowMs + COMPARE_SOON_MS * this.#backoff)
  }

  /** Opens a comparison that is due, or gives one up that is not answered. */
  tick(nowMs: number): void {
    if (nowMs >= this.#answerDueMs) this.#fail('slice-silence')
    if (this.#phase !== 'idle' || nowMs < Math.min(this.#turnMs, this.#soonMs)) return
    if (nowMs >= this.#unsettleMs || this.#settled.size > MAX_SETTLED) {
      this.#settled.clear()
      this.#unsettleMs = nowMs + SETTLED_MS
    }
    this.#phase = 'opened'
    this.#compared = this.#pieces[0] ?? this.#part
    if (this.#compared === this.#part) {
      this.#isEarly = nowMs < this.#turnMs
      this.#isDifferent = false
      this.#hasMoved = false
    }
    this.#turnMs = this.#turnAfter(1, nowMs)
    this.#soonMs = Infinity
    this.#isPutOff = false
    this.#end = FIRST_SYMBOLS
    const answererNonce = this.#coded?.nonces[1] ?? NOTHING
    this.#send({ type: 'open', part: this.#compared, nonce: this.#nonce, answererNonce, end: this.#end }, nowMs)
  }

  symbols(record: SymbolsRecord, nowMs: number): void {
    if (this.#phase === 'opened') {
      const coded = this.#coded
      if (coded?.isRead === true && areEqual(coded.nonces[1], record.nonce)) coded.move(this.#compared)
      else this.#coded = new CodedPart(this.#compared, this.#nonce, record.nonce)
      this.#early = record
      this.#phase = 'reading'
      this.#answerDueMs = Infinity
      this.work(nowMs)
    } else if (this.#phase === 'comparing' && this.#decoder?.state === 'more') this.#take(record, nowMs)
    else this.#core.effects.misbehaviour(this.#holder, 'unasked-symbols')
  }

  /** Goes on reading the own part, or looking at symbols. */
  work(nowMs: number): void {
    const coded = this.#coded
    if (this.#phase === 'reading' && coded !== undefined) {
      coded.step(this.#core.ports)
      if (coded.isTooLong) return this.#giveUp()
      if (coded.isRead && this.#early !== undefined) {
        coded.set.hold()
        this.#decoder = new Decoder(coded.set)
        this.#phase = 'comparing'
        return this.#take(this.#early, nowMs)
      }
      this.#core.workLater(this.#holder)
    } else if (this.#phase === 'comparing') this.#look(nowMs)
    else if (this.#phase === 'choosing') this.#give(nowMs)
  }

  items(packed: readonly Uint8Array[], nowMs: number): void {
    if (this.#phase !== 'fetching') return this.#core.effects.misbehaviour(this.#holder, 'unasked-item')
    let came = 0
    for (const bytes of packed) {
      const item = this.#core.ports.read(bytes)
      const text = item === undefined ? undefined : textOfId(item.id)
      if (item === undefined || text === undefined || !this.#asked.has(text)) {
        this.#core.effects.misbehaviour(this.#holder, item === undefined ? 'bad-item' : 'unasked-item')
        continue
      }
      came++
      this.#lacking.delete(text)
      if (this.#core.accept(item, bytes, this.#holder)) this.#hasMoved = true
      else this.#settled.add(text)
    }
    if (came === 0) {
      // It claimed to have these. That it lost all of them since is possible, but rare.
      this.#core.effects.misbehaviour(this.#holder, 'slice-lacks')
      for (const text of this.#asked) this.#lacking.delete(text)
    }
    this.#fetch(nowMs)
  }

  /** The holder keeps so many of the items that it was given last. */
  taken(kept: number, nowMs: number): void {
    if (this.#phase !== 'giving') return this.#core.effects.misbehaviour(this.#holder, 'unasked-taken')
    if (kept > 0) this.#hasMoved = true
    this.#give(nowMs)
  }

  /** The holder cannot go on. */
  ended(): void {
    if (this.#phase !== 'idle') this.#giveUp()
  }

  /** The holder is gone, and with it what it knew: once it is back, everything begins anew. */
  gone(): void {
    this.#giveUp()
    this.#turnMs = 0
    this.#isPutOff = false
  }

  #take(record: SymbolsRecord, nowMs: number): void {
    const [coded, decoder] = [this.#coded, this.#decoder]
    if (coded === undefined || decoder === undefined) return
    const { received, peerSize } = decoder
    try {
      const symbols = decodeSymbols(record.symbols, record.first, peerSize)
      if (record.first + symbols.counts.length !== this.#end) throw new RangeError('other symbols were asked for')
      if (!areEqual(record.nonce, coded.nonces[1]) || record.first !== received) throw new RangeError('of another set')
      decoder.take(symbols)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return this.#fail('bad-symbols')
    }
    this.#answerDueMs = Infinity
    this.#look(nowMs)
  }

  #look(nowMs: number): void {
    const decoder = this.#decoder
    if (decoder === undefined) return
    switch (decoder.work(STEPS)) {
      case 'unfinished':
        return this.#core.workLater(this.#holder)
      case 'more':
        this.#end = Math.min(decoder.wanted, decoder.received + MAX_SYMBOLS_SENT)
        return this.#send({ type: 'more', end: this.#end }, nowMs)
      case 'contradiction':
        return this.#fail('slice-contradiction')
      case 'too-different':
        return this.#halve(nowMs)
      case 'complete':
        return this.#known(decoder, nowMs)
    }
  }

  #known(decoder: Decoder, nowMs: number): void {
    const { here, there } = decoder.difference
    if (here.length + there.length > 0) this.#isDifferent = true
    const { effects } = this.#core
    effects.emit({ type: 'compared', slice: this.#slice, holder: this.#holder, here: here.length, there: there.length })
    const isSettled = (id: Uint8Array): boolean => this.#settled.has(textOfId(id))
    for (const id of there) {
      if (!isSettled(id)) this.#lacking.set(textOfId(id), this.#coded?.set.hashOf(id).checksum ?? 0)
    }
    this.#toGive = here.filter((id) => !isSettled(id))
    this.#decoder = undefined
    this.#coded?.set.release()
    this.#phase = 'fetching'
    this.#fetch(nowMs)
  }

  #fetch(nowMs: number): void {
    const next = [...this.#lacking].slice(0, MAX_WANTED)
    this.#asked = new Set(next.map(([text]) => text))
    if (next.length > 0) return this.#send({ type: 'want', checksums: next.map(([, checksum]) => checksum) }, nowMs)
    this.#phase = 'choosing'
    this.#answerDueMs = Infinity
    this.#give(nowMs)
  }

  #give(nowMs: number): void {
    const { ports } = this.#core
    const chosen = this.#toGive.splice(0, GIVE_STEPS).filter((id) => ports.isFor(id, this.#holder))
    const { items, rest } = packedItems(ports, chosen)
    for (const id of chosen.slice(0, chosen.length - rest.length)) this.#settled.add(textOfId(id))
    this.#toGive.unshift(...rest)
    if (items.length > 0) {
      this.#phase = 'giving'
      return this.#send({ type: 'items', isOpener: true, items }, nowMs)
    }
    if (this.#toGive.length > 0) {
      this.#phase = 'choosing'
      this.#answerDueMs = Infinity
      return this.#core.workLater(this.#holder)
    }
    this.#core.effects.send(this.#holder, { type: 'end', slice: this.#slice, isOpener: true, isRefused: false })
    const isOfNow = this.#compared === this.#pieces[0]
    this.#rest()
    if (!isOfNow) return
    this.#pieces.shift()
    if (this.#pieces.length > 0) this.#turnMs = nowMs
    else this.#complete(nowMs)
  }

  /**
   * What is here and there is known. Where it differs and stays so, as with items that the holder is not to hold, the same symbols
   * would be sent again and again; and a holder may tell of news that are none.
   */
  #complete(nowMs: number): void {
    this.#pieces = [this.#part]
    if (this.#hasMoved) this.#backoff = 1
    else if (this.#isDifferent || this.#isEarly) this.#backoff = Math.min(2 * this.#backoff, MAX_BACKOFF)
    this.#turnMs = this.#turnAfter(this.#isDifferent ? this.#backoff : 1, nowMs)
    this.#ended(true)
  }

  #turnAfter(pauses: number, nowMs: number): number {
    return nowMs + pauses * COMPARE_MS * (1 + JITTER * (this.#core.random() - 0.5))
  }

  /** The first half is compared next, and then the second one. */
  #halve(nowMs: number): void {
    const [piece, ...others] = this.#pieces
    if (piece === undefined || piece !== this.#compared || sizeOf(piece) < 2n || this.#pieces.length === MAX_PIECES)
      return this.#giveUp()
    this.#core.effects.send(this.#holder, { type: 'end', slice: this.#slice, isOpener: true, isRefused: false })
    this.#begin()
    this.#pieces = [...halves(piece), ...others]
    this.#isPutOff = false
    this.#turnMs = nowMs
  }

  #ended(isEqual: boolean): void {
    this.#core.effects.emit({ type: 'ended', slice: this.#slice, holder: this.#holder, isEqual })
  }

  /** The same key may be what they disagree about. */
  #fail(code: string): void {
    this.#core.effects.misbehaviour(this.#holder, code)
    this.#core.effects.send(this.#holder, { type: 'end', slice: this.#slice, isOpener: true, isRefused: true })
    this.#giveUp()
  }

  /** The next comparison comes in its turn, under another key. */
  #giveUp(): void {
    if (this.#phase !== 'idle') this.#ended(false)
    this.#begin()
  }

  #begin(): void {
    this.#pieces = [this.#part]
    this.#isPutOff = true
    this.#soonMs = Infinity
    this.#coded = undefined
    this.#nonce = newNonce(this.#core.random)
    this.#rest()
  }

  #rest(): void {
    this.#coded?.set.release()
    this.#phase = 'idle'
    this.#answerDueMs = Infinity
    this.#decoder = undefined
    this.#early = undefined
    this.#lacking.clear()
    this.#asked = new Set()
    this.#toGive = []
  }

  /** Sends what is answered. */
  #send(record: Unnumbered<SlicesRecord>, nowMs: number): void {
    this.#core.effects.send(this.#holder, { ...record, slice: this.#slice })
    this.#answerDueMs = nowMs + ANSWER_MS
  }
}
