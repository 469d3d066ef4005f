/** Finds the peer that a user refers to. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { beginsLike, isSameName } from '../names.ts'
import { pastedPeerId } from '../pasted.ts'
import { firstMatching } from './first-matching.ts'
import { shortNameOf } from './short-name.ts'
import { withShortName } from './shown-names.ts'
import { quoted } from './quoted.ts'

/** A peer that a reference may mean, and its display names, which can differ between rooms. */
export interface Candidate {
  peer: PeerId
  names: readonly string[]
}

/** How many peers an ambiguous reference lists: a few show how they differ, more would hide the rest of the message. */
const MAX_NAMED = 5

/** Fewer characters from the end of an id would sometimes also be a name. */
const MIN_ID_END = 4

/**
 * The candidate that a reference means: a name, the short form of an id that logs and lists print
 * (with or without its `…`), or a prefix or suffix of an id. A name that looks like another peer's id is
 * ambiguous, because anyone can choose any name. Throws a KithError `no-such-peer` or `ambiguous`.
 */
export function findPeer(reference: string, candidates: readonly Candidate[]): PeerId {
  const typed = matches(reference.trim(), candidates)
  const [only, ...others] = typed.length > 0 ? typed : matches(pastedPeerId(reference), candidates)
  if (only === undefined) {
    throw new KithError('no-such-peer', `there is no peer ${quoted(reference)} here (kith peers lists the known peers)`)
  }
  if (others.length === 0) return only.peer
  const all = [only, ...others]
  const named = all.slice(0, MAX_NAMED).map(describe).join(', ')
  const more = all.length > MAX_NAMED ? ` and ${grouped(all.length - MAX_NAMED)} more` : ''
  const message = `${quoted(reference)} matches ${grouped(all.length)} peers; give more of the id: ${named}${more}`
  throw new KithError('ambiguous', message)
}

function describe({ peer, names }: Candidate): string {
  const [name] = names
  return name === undefined ? shortNameOf(peer) : `${shortNameOf(peer)} (${name})`
}

/** Those that a text means, or else whose names look like it, or else begin like it. */
function matches(typed: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const isShortId = typed.startsWith('…') || typed.startsWith('...')
  const text = typed.replace(/^(…|\.\.\.)/, '')
  if (text === '') return []
  const isMeant = ({ peer, names }: Candidate): boolean => {
    const isItsEnd = text.length >= MIN_ID_END && peer.endsWith(text)
    // As it is shown where others have that name, too.
    const isTold = names.some((name) => withShortName(name, peer) === text)
    return isItsEnd || (!isShortId && (peer.startsWith(text) || names.includes(text) || isTold))
  }
  const isNamed = ({ names }: Candidate): boolean => !isShortId && names.some((name) => isSameName(name, text))
  const isLike = ({ names }: Candidate): boolean => !isShortId && names.some((name) => beginsLike(name, text))
  return firstMatching(candidates, isMeant, isNamed, isLike)
}
