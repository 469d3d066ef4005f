/** Names of rooms, authors and files: the rules a second time, character by character, and names to try them on. */
import { fromHex, utf8, type Bytes } from './bytes.ts'
import { textOf } from './json-bodies.ts'

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

const CONTROL = new Set([...range(0x00, 0x1f), ...range(0x7f, 0x9f)])
/** White space that is no control character. */
const WHITE = new Set([0x20, 0xa0, 0x1680, ...range(0x2000, 0x200a), 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff])

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0)

/** The name of a room or author encoded by some bytes; undefined if they are not a valid name. */
export function nameOf(content: Bytes): string | undefined {
  const name = textOf(content)
  if (name === undefined || content.length > 64) return undefined
  const points = codePoints(name)
  return points.some((point) => CONTROL.has(point)) || points.every((point) => WHITE.has(point)) ? undefined : name
}

/** Names of rooms and authors. */
export const NAMES: Record<string, Bytes> = {
  'one letter': utf8('A'),
  'spaces within and around': utf8(' Anna B. '),
  'beyond ASCII': utf8('Jürgen 京都 👩‍🍳'),
  'of 64 bytes': utf8('a'.repeat(64)),
  'of 64 bytes in 32 characters': utf8('é'.repeat(32)),
  'a byte order mark before it: which is a part of it': utf8('\ufeffAnna'),
  'only characters of no width, which are no white space': utf8('\u200b\u2060'),
  'the mark for what is no UTF-8': utf8('\ufffd'),
  'the space of Mongolian, which Unicode calls white no more': utf8('\u180e'),
}

/** What is no name of a room or author. */
export const NO_NAMES: Record<string, Bytes> = {
  empty: utf8(''),
  'a space': utf8(' '),
  'every white space that is no control character': utf8(' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006'),
  'the other white spaces': utf8('\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'),
  'a byte order mark': utf8('\ufeff'),
  'of 65 bytes': utf8('a'.repeat(65)),
  'of 66 bytes in 33 characters': utf8('é'.repeat(33)),
  'a line end in it': utf8('Anna\n'),
  'a zero byte in it': utf8('An\0na'),
  'what moves a terminal in it': utf8('\u001b[2JAnna'),
  'U+007F in it': utf8('Anna\u007f'),
  'U+0085 in it': utf8('Anna\u0085'),
  'U+009B in it': utf8('\u009b2JAnna'),
  'a byte that is no UTF-8': fromHex('416e6e61ff'),
  'half of a surrogate pair in UTF-8': fromHex('eda0bd'),
}

const SEPARATORS = [0x2028, 0x2029]
const DIRECTIONS = [...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]
const MARKS = [0xfeff, 0xfffd]
const NOT_IN_FILE_NAMES = new Set([...CONTROL, ...SEPARATORS, ...DIRECTIONS, ...MARKS, ...codePoints('/\\<>:"|?*')])
const NUMBERS = '0123456789¹²³'.split('')
const DEVICES = new Set([
  ...['con', 'prn', 'aux', 'nul', 'conin$', 'conout$'],
  ...NUMBERS.flatMap((number) => [`com${number}`, `lpt${number}`]),
])

const withoutSpacesAtEnd = (text: string): string => {
  let end = text.length
  while (text[end - 1] === ' ') end--
  return text.slice(0, end)
}
const lowerAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Whether some text is the name of a file or folder. */
export function isFileName(name: string): boolean {
  const size = utf8(name).length
  const [beforeDot = ''] = name.split('.')
  const isDevice = DEVICES.has(lowerAscii(withoutSpacesAtEnd(beforeDot)))
  const isAllowed = codePoints(name).every((point) => !NOT_IN_FILE_NAMES.has(point))
  return size > 0 && size <= 255 && isAllowed && !isDevice && !name.endsWith('.') && !name.endsWith(' ')
}

/** Names of files and folders. */
export const FILE_NAMES = [
  ...['a', 'soup.pdf', '.hidden', '..a', 'a..b', ' a', 'no extension', 'ends.with.many.parts'],
  ...['Grüße 京都 👩‍🍳.txt', 'a'.repeat(255), 'é'.repeat(127), '~', "it's (1) [2] {3} #4 & 50 % + $6; =,@!^`"],
  ...['console', 'con-.txt', 'com', 'com10', 'comx', 'lpt', 'nul0', 'auxiliary.c', 'my con', 'ſ', 'COM⁴', '\u200b'],
]

/** What is no name of a file or folder. */
export const NO_FILE_NAMES = [
  ...['', '.', '..', '/', 'a/b', '../a', '/etc/passwd', 'a\\b', 'C:', 'a:b', 'a<b', 'a>b', 'a"b', 'a|b', 'a?', 'a*'],
  ...['a.', 'a ', 'a. ', '...', ' ', 'a\n', 'a\0b', 'a\u007f', 'a\u0085b', '\u001b[2Ja', 'a\u2028b', 'a\u2029'],
  ...[
    'a\u202ebgpj.exe',
    '\u202aa',
    'a\u2066',
    'a\u2069b',
    '\ufeffa',
    'a\ufeff',
    'a\ufffdb',
    'a'.repeat(256),
    'é'.repeat(128),
  ],
  ...['con', 'CON', 'Con.txt', 'prn', 'aux.c', 'nul', 'NUL.tar.gz', 'conin$', 'CONOUT$.x', 'com1', 'com0', 'LPT9.a'],
  ...['com¹', 'lpt²', 'Com³.txt', 'con .txt', 'com1  .a', 'aux.'],
]
