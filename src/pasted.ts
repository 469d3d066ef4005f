/**
 * Cleans references that people paste from mails, chats and terminals: removes what surrounds them there, and
 * what was put into them. None of that is ever part of a room id, an invite, an address, a CID or a peer id.
 * It can be part of a name, so names are first looked for as they were typed.
 */
import { IGNORABLE } from './names.ts'

/** Blanks, quotes, brackets, and the `*` of emphasis. */
const WRAPPING = String.raw`\s\u2800<>()\[\]{}«»‹›„“”‟"'‘’‚‛${'`'}´「」『』《》〈〉【】*`
const BEFORE = new RegExp(`^[${WRAPPING}]+`, 'u')
/** Also the end of the sentence that the reference stood in. */
const BEHIND = atEnd(`[${WRAPPING}.,;:!?]`)
const SLASHES_BEHIND = atEnd('/')
/** As shells and some terminals write characters that mean something to them. */
const ESCAPED = /\\(?=[^\w\s])/g

/** Ids in base32 or base36, and the beginnings of a room's, whose letters may be of either case. */
const CASELESS = /^(bafyrei[a-z2-7]*|[bk][a-z0-9]{40,})$/i

/**
 * Matches all such characters at the end of a text. Looks at each run of them only once: a plain `+$` would need
 * minutes for a long run in the middle.
 */
function atEnd(characters: string): RegExp {
  return new RegExp(`(?<!${characters})${characters}+$`, 'u')
}

/** A reference without wrapping. */
export function unwrapped(text: string): string {
  return text
    .replaceAll(IGNORABLE, '')
    .replaceAll(ESCAPED, '')
    .replaceAll('&amp;', '&')
    .replace(BEFORE, '')
    .replace(BEHIND, '')
}

/** A CID, of which there are also links and paths of IPFS. */
export function pastedCid(text: string): string {
  return lowered(
    unwrapped(text)
      .replace(/^(dweb:)?(ipfs:\/\/|\/ipfs\/)/i, '')
      .replace(SLASHES_BEHIND, ''),
  )
}

/** The id of a room, alone or in an invite. */
export function pastedRoomId(text: string): string {
  const [id = ''] = unwrapped(text).split(/[?#]/, 1)
  return lowered(id.replace(/^kith:(\/\/)?|\/$/gi, ''))
}

/** A multiaddr; the peer id at its end and the name of an IPv6 zone have letters of a certain case. */
export function pastedAddress(text: string): string {
  const address = unwrapped(text).replace(SLASHES_BEHIND, '')
  return /\/ip6zone\//i.test(address)
    ? address
    : address.replace(/^.*?(\/(p2p|ipfs)\/|$)/i, (host) => host.toLowerCase())
}

/** The id of a peer, or a part of it. */
export function pastedPeerId(text: string): string {
  return lowered(unwrapped(text).replace(/^\/p2p\//i, ''))
}

function lowered(text: string): string {
  return CASELESS.test(text) ? text.toLowerCase() : text
}
