/**
 * Names of rooms, people and files: which ones this node gives, how those that others gave are shown,
 * and which name a typed one means. What is valid in a document is decided elsewhere: it is the same on
 * every node, whatever its version of Unicode.
 */
import { grouped } from './grouped.ts'
import { KithError } from './kith.ts'

/**
 * Symbols and letters that fonts leave blank, whatever Unicode calls them: the place of an object that did not come
 * along, a note without a head, and blanks among hieroglyphs.
 */
const BLANK_SYMBOLS = String.raw`\ufffc\u{1d159}\u{13441}\u{13442}`

/** What is not printed: controls, formats, surrogates, private and unassigned characters, fillers, and separators of lines. */
const UNSEEN = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}${BLANK_SYMBOLS}]`

/** Scripts in which a joiner between two letters changes how they are written. */
const JOINING_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Mandaic', 'Nko', 'Adlam', 'Hanifi_Rohingya', 'Mongolian', 'Phags_Pa', 'Devanagari'],
  ...['Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer'],
  ...['Myanmar', 'Tibetan', 'Balinese', 'Javanese', 'Sundanese', 'Limbu', 'Newa'],
]
const JOINING = `[${JOINING_SCRIPTS.map((script) => String.raw`\p{Script_Extensions=${script}}`).join('')}]`

const PICTOGRAPH = String.raw`[\p{Extended_Pictographic}--\p{Cn}]\p{Emoji_Modifier}?[\ufe0e\ufe0f]?`

/** Where characters that are not seen by themselves are part of what is: in emoji, and as variants of a letter. */
const IN_PLACE = [
  String.raw`\p{RGI_Emoji}`,
  String.raw`${PICTOGRAPH}(?:\u200d${PICTOGRAPH})*`,
  String.raw`(?<=${JOINING})[\u200c\u200d](?=${JOINING})`,
  String.raw`(?<=\p{Script=Han})[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180b-\u180d\u180f]`,
].join('|')

const UNSEEN_OR_IN_PLACE = new RegExp(`(${IN_PLACE})|${UNSEEN}`, 'gv')

/** With the empty Braille pattern, which looks blank although Unicode does not call it so. */
const BLANK = /[\p{Zs}\u2800]/gu
const BLANKS = new RegExp(`(?:${BLANK.source})+`, 'gu')

const UNSEEN_IS = 'an invisible character, or one that changes how others are shown'

const DIRECTION_MARK = /[\u061c\u200e\u200f]/gu
const RIGHT_TO_LEFT = new RegExp(
  `[${['Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Nko', 'Adlam', 'Hanifi_Rohingya', 'Samaritan', 'Mandaic']
    .map((script) => String.raw`\p{Script=${script}}`)
    .join('')}]`,
  'u',
)

const VISIBLE = new RegExp(
  String.raw`[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800${BLANK_SYMBOLS}]]`,
  'v',
)

/** What has no look of its own, such as zero-width and soft hyphen characters. */
export const IGNORABLE = new RegExp(String.raw`[\p{Default_Ignorable_Code_Point}${BLANK_SYMBOLS}]+`, 'gu')

/**
 * The name that this node gives to what is its own: normalised, and without blanks that nobody sees.
 * Throws a KithError `bad-name` that names the character that a name cannot have; `whose` begins it.
 */
export function newName(text: string, maxBytes: number, whose: string): string {
  const name = tidied(text)
  const bytes = Buffer.byteLength(name)
  if (bytes > maxBytes) {
    throw new KithError(
      'bad-name',
      `${whose} name must have 1 to ${maxBytes} bytes, but this one has ${grouped(bytes)}`,
    )
  }
  const unseen = firstUnseen(name)
  if (unseen !== undefined) throw new KithError('bad-name', `${whose} name cannot have ${unseen} in it: ${UNSEEN_IS}`)
  if (!VISIBLE.test(name)) {
    const why =
      text === ''
        ? `must have 1 to ${maxBytes} bytes`
        : `needs a character that can be seen, not ${codePoint(text)} alone`
    throw new KithError('bad-name', `${whose} name ${why}`)
  }
  return name
}

/** What commands would take for an option, or for the id of a room or its beginning, which come before names. */
const OPTION = /^-/
const ROOM_ID = /^(?:kith:(?:\/\/)?)?bafyrei[a-z2-7]*$/i

/** Such as `newName`, and one that commands take for a name: of nodes, devices, guests and rooms. */
export function newTypedName(text: string, maxBytes: number, whose: string): string {
  const name = newName(text, maxBytes, whose)
  if (!OPTION.test(name)) return name
  throw new KithError('bad-name', `${whose} name cannot begin with -, as commands would take it for an option`)
}

/** Whether commands take a text for an option, so that whoever is called so is referred to by an id. */
export function isLikeOption(text: string): boolean {
  return OPTION.test(text)
}

/** The name that this node gives to a room: such as `newTypedName`, and one by which commands find the room. */
export function newRoomName(text: string, maxBytes: number): string {
  const name = newTypedName(text, maxBytes, "a room's")
  if (ROOM_ID.test(name)) {
    throw new KithError('bad-name', `a room's name cannot be like the id of a room, which commands would take it for`)
  }
  return name
}

/** Blanks that look like a space, and spaces that nobody sees. */
const ODD_BLANK = /[^\P{Zs} ]|\u2800|^ | $/gu
const CODE_POINT = /⟨U\+[0-9A-F]{4,6}⟩/u

/** A key as it is listed: what cannot be seen in it, or not be told from a space, is shown as `⟨U+00A0⟩`. */
export function shownKey(key: string): string {
  return escaped(key).replaceAll(ODD_BLANK, (blank) => `⟨${codePoint(blank)}⟩`)
}

/** Whether a text may be what `shownKey` gives for another one. */
export function isShownKey(text: string): boolean {
  return CODE_POINT.test(text)
}

/** Throws a KithError `bad-name` for a new key with something in it that nobody sees, or that stands for that. */
export function requireVisibleKey(key: string): void {
  const shown = escaped(key)
  const [found] = CODE_POINT.exec(shown) ?? []
  if (found === undefined) return
  throw new KithError('bad-name', `the key "${shown}" cannot be set: ${found.slice(1, -1)} in it is ${UNSEEN_IS}`)
}

/**
 * The name that this node gives to a file that is called so on its disk: composed, and with plain spaces for those
 * that look like them, such as the one before PM in screenshots.
 */
export function newFileName(onDisk: string): string {
  return onDisk.normalize('NFC').replaceAll(BLANK, ' ')
}

/**
 * Why nobody could tell or type the name of a file by its look, as the rest of a sentence that starts with 'it';
 * undefined if they can. Next to text from right to left, direction marks keep an extension in its place.
 */
export function lookProblem(name: string): string | undefined {
  const unseen = firstUnseen(RIGHT_TO_LEFT.test(name) ? name.replaceAll(DIRECTION_MARK, '') : name)
  if (unseen !== undefined) return `has ${unseen} in it, ${UNSEEN_IS}`
  return VISIBLE.test(name) ? undefined : 'has nothing in it that can be seen'
}

/** How a name is shown. Empty if nothing in it can be seen. */
export function shownName(name: string): string {
  return VISIBLE.test(name) ? escaped(tidied(name)) : ''
}

/** A text in which each character that cannot be seen, or changes how others look, is shown as `⟨U+202E⟩`. */
export function escaped(text: string): string {
  return text.replaceAll(UNSEEN_OR_IN_PLACE, (found: string, inPlace: string | undefined) =>
    inPlace === undefined ? `⟨${codePoint(found)}⟩` : found,
  )
}

function firstUnseen(name: string): string | undefined {
  for (const [found, inPlace] of name.matchAll(UNSEEN_OR_IN_PLACE)) {
    if (inPlace === undefined) return codePoint(found)
  }
  return undefined
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Whether two names look the same to somebody who types one of them. Capitals count. */
export function isSameName(a: string, b: string): boolean {
  const folded = foldedName(a)
  return folded !== '' && folded === foldedName(b)
}

/** Whether two names look the same but for capitals. Asked only where no name looks the same with them. */
export function isSameNameInAnyCase(a: string, b: string): boolean {
  const folded = caseless(a)
  return folded !== '' && folded === caseless(b)
}

/** Whether a name begins with what looks the same as `beginning`. */
export function beginsLike(name: string, beginning: string): boolean {
  const folded = foldedName(beginning)
  return folded !== '' && foldedName(name).startsWith(folded)
}

/** A name for comparing: the same for all names that look the same. */
export function foldedName(name: string): string {
  return tidied(name.replaceAll(IGNORABLE, ''))
}

/** The same for all names that look the same but for capitals. In capitals first, as some letters have several small forms. */
export function caseless(name: string): string {
  return foldedName(name).toUpperCase().toLowerCase()
}

/** A text with composed characters, and with single spaces for the blanks inside it. */
function tidied(text: string): string {
  return text.normalize('NFC').replaceAll(BLANKS, ' ').trim()
}
