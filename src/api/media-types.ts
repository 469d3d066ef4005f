/**
 * Which files a page may show in place: pictures, sound and films, told by their first bytes and never by their names,
 * of types in which nothing runs. SVG and HTML are none of them.
 */

/** Bytes from the beginning of a file that tell its type, and the size of a picture: a block, as it is read anyway. */
export const HEAD_BYTES = 256 * 1024

/** Bytes that tell whether it is text. */
const TEXT_HEAD_BYTES = 4_096
/** Tabs, ends of lines and pages, and what begins a colour of a terminal. No text has another byte below a space. */
const CONTROLS_IN_TEXT: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b])
const SPACE = 0x20

/** No signature goes further. */
const SIGNATURE_BYTES = 32

interface Signature {
  type: string
  /** Where in the file the text is, each of whose characters is a byte. */
  texts: readonly (readonly [at: number, text: string])[]
}

const SIGNATURES: readonly Signature[] = [
  { type: 'image/png', texts: [[0, '\x89PNG\r\n\x1a\n']] },
  { type: 'image/jpeg', texts: [[0, '\xff\xd8\xff']] },
  { type: 'image/gif', texts: [[0, 'GIF87a']] },
  { type: 'image/gif', texts: [[0, 'GIF89a']] },
  {
    type: 'image/webp',
    texts: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { type: 'image/avif', texts: [[4, 'ftypavif']] },
  { type: 'audio/mpeg', texts: [[0, 'ID3']] },
  { type: 'audio/mpeg', texts: [[0, '\xff\xfb']] },
  { type: 'audio/flac', texts: [[0, 'fLaC']] },
  { type: 'audio/ogg', texts: [[0, 'OggS']] },
  {
    type: 'audio/wav',
    texts: [
      [0, 'RIFF'],
      [8, 'WAVE'],
    ],
  },
  { type: 'audio/mp4', texts: [[4, 'ftypM4A']] },
  { type: 'video/mp4', texts: [[4, 'ftyp']] },
  { type: 'video/webm', texts: [[0, '\x1a\x45\xdf\xa3']] },
]

/** The media type of a file that begins so; undefined if it is none that a page shows. */
export function shownTypeOf(head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.subarray(0, SIGNATURE_BYTES)).toString('latin1')
  return SIGNATURES.find(({ texts }) => texts.every(([at, text]) => bytes.startsWith(text, at)))?.type
}

/** Whether a file that begins so is text in UTF-8, as far as that shows. Empty ones are none. */
export function isText(head: Uint8Array): boolean {
  const beginning = head.subarray(0, TEXT_HEAD_BYTES)
  if (head.length === 0 || beginning.some((byte) => byte < SPACE && !CONTROLS_IN_TEXT.has(byte))) return false
  try {
    // A character may be cut at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: head.length > TEXT_HEAD_BYTES })
    return true
  } catch {
    return false
  }
}
