/** What every fold must guarantee, on any history. */
import type { Document } from '../../protocols/document/document.ts'
import type { Fold } from '../kith.ts'
import { seededRandom } from '../simulate/random.ts'

/** `sizeBytes` may exceed the encoded size by the heads of a few arrays. */
const SIZE_SLACK_BYTES = 24

/** How far the clock runs ahead for the second of two folds. */
const CLOCK_OFFSET_MS = 400 * 24 * 3_600_000

/** Documents in the order in which they are folded. */
export type History = readonly Document[]

/** A property of every history; throws if it does not hold. */
export type Promised = (history: History) => void

/** The promises of a fold. */
export function promisesOf<State>(fold: Fold<State>): Promised[] {
  const always = [changesNothing, isDeterministic, survivesStorage, isMeasured, isShown]
  const promises = fold.commutes ? [...always, commutes, growsSlowly] : always
  return promises.map((promise) => (history) => promise(fold, history))
}

function folded<State>(fold: Fold<State>, history: History, from: State = fold.initial()): State {
  return history.reduce((state, update) => fold.reduce(state, update), from)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function equal(before: string, after: string, complaint: string): void {
  if (before !== after) throw new Error(`${complaint}: ${before} and ${after}`)
}

function changesNothing<State>(fold: Fold<State>, history: History): void {
  let state = fold.initial()
  for (const update of history) {
    const before = hex(fold.encode(state))
    const next = fold.reduce(state, update)
    equal(before, hex(fold.encode(state)), `reduce modified the given state, at a ${update.kind}`)
    state = next
  }
}

function isDeterministic<State>(fold: Fold<State>, history: History): void {
  const first = hex(fold.encode(folded(fold, history)))
  const second = withOtherSurroundings(() => hex(fold.encode(folded(fold, history))))
  equal(first, second, 'the same updates led to two states')
}

/** Runs something at another time and with other random numbers. */
function withOtherSurroundings<Result>(run: () => Result): Result {
  const { Date: RealDate } = globalThis
  const realRandom = Math.random
  const nowMs = (): number => RealDate.now() + CLOCK_OFFSET_MS
  class OtherDate extends RealDate {
    constructor(...args: [] | [number]) {
      super(...((args.length === 0 ? [nowMs()] : args) as [number]))
    }

    static override now = nowMs
  }
  globalThis.Date = OtherDate as DateConstructor
  Math.random = () => 1 - realRandom()
  try {
    return run()
  } finally {
    globalThis.Date = RealDate
    Math.random = realRandom
  }
}

function survivesStorage<State>(fold: Fold<State>, history: History): void {
  const all = hex(fold.encode(folded(fold, history)))
  for (const part of [history.length, Math.floor(history.length / 2)]) {
    const stored = fold.encode(folded(fold, history.slice(0, part)))
    const decoded = fold.decode(stored)
    equal(hex(stored), hex(fold.encode(decoded)), 'decode and encode changed the state')
    const state = folded(fold, history.slice(part), decoded)
    equal(
      all,
      hex(fold.encode(state)),
      `after ${part} updates, continuing from the decoded state led to another result`,
    )
  }
}

function isMeasured<State>(fold: Fold<State>, history: History): void {
  const state = folded(fold, history)
  const sizeBytes = fold.sizeBytes(state)
  const encoded = fold.encode(state)
  if (sizeBytes < encoded.length) throw new Error(`sizeBytes is ${sizeBytes}, less than the ${encoded.length} encoded`)
  if (sizeBytes > encoded.length + SIZE_SLACK_BYTES) {
    throw new Error(`sizeBytes is ${sizeBytes}, far more than the ${encoded.length} encoded`)
  }
  if (sizeBytes > (fold.maxSizeBytes ?? Infinity)) throw new Error(`sizeBytes is ${sizeBytes}, above maxSizeBytes`)
  const again = fold.sizeBytes(fold.decode(encoded))
  if (again !== sizeBytes) throw new Error(`sizeBytes is ${sizeBytes}, but ${again} for the decoded state`)
}

function isShown<State>(fold: Fold<State>, history: History): void {
  const json: unknown = fold.toJson(folded(fold, history))
  if (JSON.stringify(json) === undefined) throw new Error('toJson did not return JSON')
}

function commutes<State>(fold: Fold<State>, history: History): void {
  const random = seededRandom(history.length)
  const shuffled = history
    .map((update) => ({ update, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ update }) => update)
  const [first, second] = [history, shuffled].map((each) => hex(fold.encode(folded(fold, each)))) as [string, string]
  equal(first, second, 'two orders of the updates led to two states')
}

function growsSlowly<State>(fold: Fold<State>, history: History): void {
  let state = fold.initial()
  for (const update of history) {
    const next = fold.reduce(state, update)
    const growth = fold.sizeBytes(next) - fold.sizeBytes(state)
    if (growth > 0 && fold.canGrow?.(update) === false) {
      throw new Error(`a ${update.kind} made the state larger, which canGrow denied`)
    }
    if (growth > update.block.length) {
      throw new Error(`a ${update.kind} of ${update.block.length} bytes made the state ${growth} bytes larger`)
    }
    state = next
  }
}
