/** Addresses of web pages in a text, and names of people. */

import type { Mention } from '../../kith.ts'

/** A piece of a text; `href` if it is an address, `mention` if it names somebody whom the message concerns. */
export interface TextPiece {
  text: string
  href?: string
  mention?: Mention
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/gi
/** What ends a sentence rather than an address. */
const END = /[.,;:!?…»”’]+$/

/** Cuts a text into addresses and what is between them. Only http and https: anything else could do something. */
export function piecesOf(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let at = 0
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0])
    if (!URL.canParse(address)) continue
    if (found.index > at) pieces.push({ text: text.slice(at, found.index) })
    pieces.push({ text: address, href: new URL(address).href })
    at = found.index + address.length
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return pieces
}

/** The same, with the names of those whom it concerns as pieces of their own, as far as they stand behind an @. */
export function piecesWith(mentions: readonly Mention[], text: string): TextPiece[] {
  const pieces = piecesOf(text)
  if (mentions.length === 0) return pieces
  // Of two names that begin alike the longer one is meant.
  const sorted = mentions.toSorted((a, b) => b.name.length - a.name.length)
  return pieces.flatMap((piece) => (piece.href === undefined ? withMentions(sorted, piece.text) : [piece]))
}

function withMentions(mentions: readonly Mention[], text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (at < from) continue
    const name = (length: number): string => text.slice(at + 1, at + 1 + length)
    const mention = mentions.find((each) => name(each.name.length).toLowerCase() === each.name.toLowerCase())
    if (mention === undefined) continue
    const end = at + 1 + mention.name.length
    if (at > from) pieces.push({ text: text.slice(from, at) })
    pieces.push({ text: text.slice(at, end), mention })
    from = end
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** Without what belongs to the sentence, such as a bracket that was opened before the address. */
function trimmed(found: string): string {
  const address = found.replace(END, '')
  if (!address.endsWith(')') || count(address, '(') >= count(address, ')')) return address
  return trimmed(address.slice(0, -1))
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
