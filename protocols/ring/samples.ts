/** What lookups at random places told of the nodes there: how close together they are. */
import { clockwise, positionOf, type Place } from './circle.ts'
import { LEAVES } from './constants.ts'
import type { AnswerBody, ToldPeer } from './records.ts'
import type { Answered } from './requests.ts'
import { MAX_SAMPLES, SAMPLE_MS } from './size/constants.ts'
import { cutAt, type Run } from './size/index.ts'

type Told = AnswerBody & { type: 'peers' }

interface Sample {
  runs: readonly Run[]
  atMs: number
}

/** The last lookups at random places, at most MAX_SAMPLES and none older than SAMPLE_MS. */
export class Samples {
  /** The oldest first. */
  #samples: Sample[] = []

  /** Takes the answer of the owner of a random place who was asked for its neighbours. */
  add(target: Place, { from, body }: Answered, nowMs: number): void {
    const owner = positionOf(from)
    if (body.type !== 'peers' || owner === undefined) return
    const run = runAtPlace(owner, body)
    // Whoever is found by a place has a longer gap there than others have.
    if (run !== undefined) this.#samples.push({ runs: cutAt(run, target), atMs: nowMs })
    this.#samples = this.#since(nowMs - SAMPLE_MS).slice(-MAX_SAMPLES)
  }

  /** Those that came since a time. */
  runs(sinceMs: number): Run[] {
    return this.#since(sinceMs).flatMap(({ runs }) => runs)
  }

  #since(sinceMs: number): Sample[] {
    return this.#samples.filter(({ atMs }) => atMs >= sinceMs)
  }
}

/** A node with the neighbours it told; undefined if they are too few, or not in order. */
export function runAround(place: Place, { previous, next }: Told): Run | undefined {
  return soundRun(previous, next, [place])
}

/** The same of the owner of a place whose neighbours were asked for, which is among them. */
function runAtPlace(owner: Place, { previous, next }: Told): Run | undefined {
  const run = soundRun(previous, next, [])
  const index = run?.indexOf(owner) ?? -1
  // Farther ones are connected to the owner, but not all of those between are.
  return index === -1 ? undefined : run?.slice(Math.max(0, index - LEAVES), index + LEAVES + 1)
}

function soundRun(previous: readonly ToldPeer[], next: readonly ToldPeer[], middle: readonly Place[]): Run | undefined {
  if (previous.length < LEAVES || next.length < LEAVES) return undefined
  const limit = middle.length === 0 ? LEAVES + 1 : LEAVES
  const before = previous.slice(0, limit).toReversed()
  const places = [...placesOf(before), ...middle, ...placesOf(next.slice(0, limit))]
  const [first = 0n] = places
  const ways = places.map((place) => clockwise(first, place))
  return ways.every((way, index) => index === 0 || way > (ways[index - 1] ?? 0n)) ? places : undefined
}

function placesOf(peers: readonly ToldPeer[]): Place[] {
  return peers.flatMap(({ peer }) => positionOf(peer) ?? [])
}
