/** Addresses of web pages in a text. */

/** A piece of a text; `href` if it is an address. */
export interface TextPiece {
  text: string
  href?: string
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

/** Without what belongs to the sentence, such as a bracket that was opened before the address. */
function trimmed(found: string): string {
  const address = found.replace(END, '')
  if (!address.endsWith(')') || count(address, '(') >= count(address, ')')) return address
  return trimmed(address.slice(0, -1))
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
