/** Who is meant where a user named a peer. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { shortNameOf } from './author-names.ts'
import { quoted } from './quoted.ts'

/** A peer that can be meant, and what it calls itself: in each room it may have another name. */
export interface Candidate {
  peer: PeerId
  names: readonly string[]
}

/** Peers named where several can be meant: a few show how they differ, many hide the sentence. */
const MAX_NAMED = 5

/** Fewer characters of the end of an id would now and then be a name as well. */
const MIN_ID_END = 4

/**
 * The candidate that is meant by a name, by the short form of an id that logs and lists print, with
 * its `…` or without, or by the beginning or end of an id. A name that is spelt like the id of another
 * is ambiguous: anybody may call himself as he likes. Throws a KithError `no-such-peer` or `ambiguous`.
 */
export function findPeer(reference: string, candidates: readonly Candidate[]): PeerId {
  const isShortId = reference.startsWith('…') || reference.startsWith('...')
  const text = reference.replace(/^(…|\.\.\.)/, '')
  const isMeant = ({ peer, names }: Candidate): boolean => {
    const isItsEnd = text.length >= MIN_ID_END && peer.endsWith(text)
    return isItsEnd || (!isShortId && (peer.startsWith(text) || names.includes(text)))
  }
  const isLike = ({ names }: Candidate): boolean => !isShortId && names.some((name) => name.startsWith(text))
  const found =
    text === '' ? [] : [isMeant, isLike].map((fits) => candidates.filter(fits)).find(({ length }) => length > 0)
  const [only, ...others] = found ?? []
  if (only === undefined) {
    throw new KithError('no-such-peer', `there is no peer ${quoted(reference)} here (kith peers lists those known)`)
  }
  if (others.length === 0) return only.peer
  const all = [only, ...others]
  const named = all.slice(0, MAX_NAMED).map(describe).join(', ')
  const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : ''
  const message = `${quoted(reference)} could be ${all.length} peers, give more of the id: ${named}${more}`
  throw new KithError('ambiguous', message)
}

function describe({ peer, names }: Candidate): string {
  const [name] = names
  return name === undefined ? shortNameOf(peer) : `${shortNameOf(peer)} (${name})`
}
