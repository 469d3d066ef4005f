/** What lookups at random places told of the nodes there: how close together they are. */
import { clockwise, positionOf, type Place } from './circle.ts'
import { LEAVES } from './constants.ts'
import type { AnswerBody, ToldPeer } from './records.ts'
import type { Answered } from './requests.ts'
import { MAX_SAMPLES, SAMPLE_MS } from './size/constants.ts'
import { cutAt, type Lists, type Run } from './size/index.ts'

type Told = AnswerBody & { type: 'peers' }

interface Sample {
  runs: readonly Run[]
  /** Where the whole ring was looked up at random: who owns the place, and who lies LEAVES nodes after that one. */
  met: { owner: Place; beyond: Place } | undefined
  atMs: number
}

/** The last lookups at random places, at most MAX_SAMPLES and none older than SAMPLE_MS. */
export class Samples {
  /** The oldest first. */
  #samples: Sample[] = []

  /**
   * Takes the answer of the owner of a random place who was asked for its neighbours; `isAnywhere`: the place was one of the
   * whole ring, not of a part.
   */
  add(target: Place, isAnywhere: boolean, { from, body }: Answered, nowMs: number): void {
    const owner = positionOf(from)
    if (body.type !== 'peers' || owner === undefined) return
    const run = runAtPlace(owner, body)
    const beyond = run?.[run.indexOf(owner) + LEAVES]
    if (run !== undefined) {
      // Whoever is found by a place has a longer gap there than others have.
      const met = isAnywhere && beyond !== undefined ? { owner, beyond } : undefined
      this.#samples.push({ runs: cutAt(run, target), met, atMs: nowMs })
    }
    this.#samples = this.#since(nowMs - SAMPLE_MS).slice(-MAX_SAMPLES)
  }

  /**
   * Two lists of nodes that were met since a time. Owners of random places are more likely on the first one the longer the
   * gaps around them are; but those on the second one are there because of other gaps, so how likely a node is on one list has
   * nothing to do with how likely it is on the other.
   */
  met(sinceMs: number): Lists {
    const pairs = this.#since(sinceMs).flatMap(({ met }) => met ?? [])
    const first = new Set(pairs.map(({ owner }) => owner))
    const second = new Set(pairs.map(({ beyond }) => beyond))
    return { first: first.size, second: second.size, inCommon: [...first].filter((place) => second.has(place)).length }
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
