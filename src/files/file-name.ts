/**
 * Which names of files and folders are valid: those that Linux, macOS and Windows all accept as the last
 * part of a path, and display as they are. Other names are rejected when a file is added and when it is
 * saved, so that every node can save what any node adds. For the same reason, a folder may not have two names that
 * are one on some of these systems.
 */
import { MAX_FILE_NAME_BYTES } from '../../protocols/file/constants.ts'
import { KithError } from '../kith.ts'
import { escaped, lookProblem, shownName } from '../names.ts'

/** Longer names are truncated in messages. */
const MAX_SHOWN_CHARACTERS = 80

/** Names of devices on Windows, in any folder and with any extension. Windows takes superscript digits for digits. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/** Control characters, which terminals obey, and line separators. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u

/** Characters that change the direction of writing, which makes `gpj.exe` look like `exe.jpg`. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/u

/** The byte order mark, which decoders drop, and the character that they substitute for invalid UTF-8. */
const LOST_IN_DECODING = /[\ufeff\ufffd]/u

const UNPRINTABLE = new RegExp(`${CONTROL.source}|${BIDI.source}|${LOST_IN_DECODING.source}`, 'gu')

/** Why a name is invalid, as the rest of a sentence that starts with 'it'; undefined for a valid name. */
export function fileNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name === '.' || name === '..') return 'means a folder of the path'
  if (/[/\\]/.test(name)) return 'contains a slash'
  if (CONTROL.test(name)) return 'contains a control character'
  if (BIDI.test(name)) return 'contains a character that changes the direction of writing'
  if (!name.isWellFormed() || LOST_IN_DECODING.test(name)) return 'is not valid text'
  if (/[<>:"|?*]/.test(name)) return 'contains one of < > : " | ? *, which Windows does not allow'
  if (/[. ]$/.test(name)) return 'ends with a dot or a space, which Windows does not allow'
  if (DEVICE.test(name)) return 'is the name of a device on Windows'
  if (Buffer.byteLength(name) > MAX_FILE_NAME_BYTES) return `is longer than ${MAX_FILE_NAME_BYTES} bytes`
  return undefined
}

/**
 * Checks a name that this node is about to share, by itself or in a folder. Throws a KithError `bad-name` that says why
 * not. Nothing is shared that nobody could see in a list; a name that is shared by itself can also be typed.
 */
export function checkFileName(name: string, folder?: string): void {
  const isTyped = folder === undefined
  const problem = fileNameProblem(name) ?? (isTyped || shownName(name) === '' ? lookProblem(name) : undefined)
  if (problem === undefined) return
  const place = isTyped ? '' : ` in ${folder}`
  const how = isTyped ? 'rename it, or share it under another name' : 'rename it'
  throw new KithError('bad-name', `the name ${quoteName(name)}${place} cannot be used because it ${problem}: ${how}`)
}

/**
 * The same for names that are one name to a file system that ignores case, and whether characters are composed: Unicode's
 * full case folding in NFC, in upper case.
 */
export function foldedName(name: string): string {
  return name.normalize('NFD').split(DOTLESS_I).map(withoutCase).join(DOTLESS_I).normalize('NFC')
}

/** A letter of its own to case folding, although its upper case is that of `i`. */
const DOTLESS_I = '\u0131'

/** Lower case lets Kelvin be `k`, and `ẞ` be `ß`; upper case makes `SS` of that, and one sigma of two. */
function withoutCase(text: string): string {
  return text.toLowerCase().toUpperCase()
}

/** Quotes an untrusted name for a message: truncated, with everything escaped that a terminal would obey. */
export function quoteName(name: string): string {
  const cut = name.length > MAX_SHOWN_CHARACTERS ? `${name.slice(0, MAX_SHOWN_CHARACTERS)}…` : name
  const printable = JSON.stringify(cut).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return escaped(printable)
}
