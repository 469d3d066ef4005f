/**
 * Cleans references that people paste from mails, chats and terminals: removes what surrounds them there, and
 * what was put into them. None of that is ever part of a room id, an invite, an address, a CID or a peer id.
 * It can be part of a name, so names are first looked for as they were typed.
 */
import { IGNORABLE } from './names.ts'

/** Blanks, quotes, brackets, and the `*` and `_` of emphasis. */
const WRAPPING = String.raw`\s\u2800<>()\[\]{}«»‹›„“”‟"'‘’‚‛${'`'}´「」『』《》〈〉【】*_`
const BEFORE = new RegExp(`^[${WRAPPING}]+`, 'u')
/** Also the end of the sentence that the reference stood in. */
const BEHIND = atEnd(String.raw`[${WRAPPING}.,;:!?…。，、；：！？．\\]`)
const SLASHES_BEHIND = atEnd('/')
/** Of lists, and the prompts of shells. */
const BULLETS = /^(?:(?:[-+•◦▪–—$#%]|\d{1,3}[.)])\s+)+/u
/** As shells and some terminals write characters that mean something to them. */
const ESCAPED = /\\(?=[^\w\s])/g

/** Ids in base32 or base36, and the beginnings of a room's, whose letters may be of either case. */
const CASELESS = /^(bafyrei[a-z2-7]*|[bk][a-z0-9]{40,})$/i

/** A command that somebody else was told to type. */
const COMMAND = /^(?:npx\s+(?:-\S+\s+)*)?kith\s/iu
const MARKDOWN_TARGET = /\]\(\s*<?([^()<>\s]+)/u
/** The beginning of a reference of which even that is coded, or an invite with a coded query. */
const CODED = /^(?:(?:kith|ipfs|https?)%(?:25)?3a|%(?:25)?2f)|^kith:[/a-z2-7]*%(?:25)?3f/iu

/** The id of a room, alone or in an invite. */
const ROOM = /(?<![\w/.-])(?:kith:(?:\/\/)?)?(bafyrei[a-z2-7]{52})(?![a-z0-9]|\/[\w.-])/giu
/** What is never part of an invite: the rest of a link or a text, and options of a command. */
const BEHIND_INVITE = /(?:[<>()[\]{}|"'`]|\s--).*$/su
/** The rest of the sentence. Not what may be the rest of an address that a blank came into: without it, another one would be dialled. */
const SENTENCE = /(?<=\S)[^\S\r\n]+(?![^\s]*[/&=])\S.*$/su

const CID = /(?:^|[/.:])(?:[bk][a-z0-9]{40,}|Qm\w{44})(?:$|[/.?#])/iu
/** The rest of an address after the CID, which says how a gateway gives it. Not a path: that means another block. */
const CID_END = String.raw`\/*(?:[?#].*)?$`
const CID_FORMS = [
  String.raw`^(?:dweb:|web\+)?(?:ipfs:\/*(?:ipfs\/+)?|\/*ipfs\/+)([^/?#]+)${CID_END}`,
  String.raw`^([bk][a-z0-9]{40,}|Qm\w{44})${CID_END}`,
  String.raw`^(?:https?:\/\/)?[^/\s]+\/+ipfs\/+([^/?#]+)${CID_END}`,
  String.raw`^(?:https?:\/\/)?([a-z0-9]+)\.ipfs\.[^/\s]+${CID_END}`,
].map((form) => new RegExp(form, 'isu'))

/**
 * Matches all such characters at the end of a text. Looks at each run of them only once: a plain `+$` would need
 * minutes for a long run in the middle.
 */
function atEnd(characters: string): RegExp {
  return new RegExp(`(?<!${characters})${characters}+$`, 'u')
}

/** What mail programs put before each line that they quote. */
const QUOTES = /(?<=[\r\n])[^\S\r\n]*(?:[>|][^\S\r\n]*)+/gu
/** Where mail programs break a long line; quoted-printable text has a `=` before. */
const LINE_BREAK = /=?[\r\n]+\s*/gu

/** A reference without wrapping. */
export function unwrapped(text: string): string {
  return text
    .replaceAll(QUOTES, '')
    .replaceAll(IGNORABLE, '')
    .replaceAll(ESCAPED, '')
    .replaceAll('&amp;', '&')
    .replace(BEFORE, '')
    .replace(BULLETS, '')
    .replace(BEFORE, '')
    .replace(BEHIND, '')
}

/** A CID, of which there are also links and paths of IPFS, and addresses of gateways. */
export function pastedCid(text: string): string {
  const word = wordOf(text, CID)
  const found = CID_FORMS.map((form) => form.exec(word)?.[1]).find((id) => id !== undefined)
  return lowered(found ?? word.replace(SLASHES_BEHIND, ''))
}

/** An invite, or the id of a room, without the text that it stood in. As it is if it names several rooms, or none. */
export function pastedInvite(text: string): string {
  const plain = unwrapped(text)
  const line = decoded(targetOf(plain) ?? plain)
  const found = [...line.matchAll(ROOM)]
  if (found.length === 0 && /[\r\n]/.test(line)) {
    const joined = line.replaceAll(LINE_BREAK, '')
    if (joined.match(ROOM)?.length === 1) return pastedInvite(joined)
  }
  const last = found.at(-1)
  if (last === undefined || new Set(found.map(([, id = '']) => id.toLowerCase())).size > 1) return line
  const [query = ''] = /^\/?[?#].*/su.exec(line.slice(last.index + last[0].length)) ?? []
  return last[0] + query.replace(BEHIND_INVITE, '').replace(SENTENCE, '').replace(BEHIND, '')
}

/** The id of a room, alone or in an invite. */
export function pastedRoomId(text: string): string {
  const [id = ''] = pastedInvite(text).split(/[?#]/, 1)
  return lowered(id.replace(/^kith:(\/\/)?|\/$/gi, ''))
}

/** The addresses that a pasted command names beside the invite. */
export function pastedPeers(text: string): string[] {
  const words = COMMAND.test(unwrapped(text)) ? unwrapped(text).split(/[\s=]+/u) : []
  return words.filter((_, i) => words[i - 1] === '--peer').map(unwrapped)
}

/** What a multiaddr begins with, whose first slash was not copied. */
const WITHOUT_SLASH = /^(?:ip[46]|dns(?:[46]|addr)?|ip6zone)\//iu

/** What lists and people write before an address, such as `Addresses` at the start of a node. */
const LABEL = /^[^/]*\s(?=\/(?:ip[46]|dns(?:[46]|addr)?|ip6zone)\/)/iu

/** A multiaddr; the peer id at its end and the name of an IPv6 zone have letters of a certain case. */
export function pastedAddress(text: string): string {
  const address = wordOf(text, /^\//u).replace(LABEL, '').replace(WITHOUT_SLASH, '/$&').replace(SLASHES_BEHIND, '')
  return /\/ip6zone\//i.test(address)
    ? address
    : address.replace(/^.*?(\/(p2p|ipfs)\/|$)/i, (host) => host.toLowerCase())
}

/** The id of a peer, or a part of it. */
export function pastedPeerId(text: string): string {
  return lowered(unwrapped(text).replace(/^\/p2p\//i, ''))
}

/** The target of a link, or the word of a command that a pattern fits, or else all of it. */
function wordOf(text: string, pattern: RegExp): string {
  const plain = unwrapped(text)
  const words = COMMAND.test(plain) ? plain.split(/\s+/u).map(unwrapped) : []
  return decoded(targetOf(plain) ?? words.find((word) => pattern.test(decoded(word))) ?? plain)
}

function targetOf(plain: string): string | undefined {
  return MARKDOWN_TARGET.exec(plain)?.[1]
}

/** A text without percent codes, if those also stand for what tells of which kind it is. */
function decoded(text: string): string {
  if (!CODED.test(text)) return text
  try {
    const plain = decodeURIComponent(text)
    // Some programs code what is coded already.
    return CODED.test(plain) ? decodeURIComponent(plain) : plain
  } catch {
    return text
  }
}

function lowered(text: string): string {
  return CASELESS.test(text) ? text.toLowerCase() : text
}
