/**
 * Names of files and folders that others send. One is made into a file only if Linux, macOS and
 * Windows all take it as the last part of a path, and show it as what it is. The same names are
 * refused where a file is added, so that what one node adds every other can save.
 */
import { MAX_FILE_NAME_BYTES } from '../../protocols/file/constants.ts'
import { KithError } from '../kith.ts'

/** Names longer than this are cut in messages. */
const MAX_SHOWN_CHARACTERS = 80

/** Devices on Windows, in any folder and with any extension; the superscript digits count as digits there. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/** Obeyed by terminals, or with no place in a line. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u

/** They turn the direction of writing, with which `gpj.exe` poses as `exe.jpg`. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/u

/** A byte order mark, which decoders drop, and the mark that they put for what is not UTF-8. */
const LOST_IN_DECODING = /[\ufeff\ufffd]/u

const UNPRINTABLE = new RegExp(`${CONTROL.source}|${BIDI.source}|${LOST_IN_DECODING.source}`, 'gu')

/** Why a name is none for a file, in words that go on after 'it'; undefined for a good one. */
export function flawOf(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name === '.' || name === '..') return 'stands for a folder of its path'
  if (/[/\\]/.test(name)) return 'has a slash in it'
  if (CONTROL.test(name)) return 'has a control character in it'
  if (BIDI.test(name)) return 'has a character in it that turns the direction of writing'
  if (!name.isWellFormed() || LOST_IN_DECODING.test(name)) return 'has something in it that is no text'
  if (/[<>:"|?*]/.test(name)) return 'has one of < > : " | ? * in it, which Windows does not take'
  if (/[. ]$/.test(name)) return 'ends with a dot or a space, which Windows does not take'
  if (DEVICE.test(name)) return 'is that of a device on Windows'
  if (Buffer.byteLength(name) > MAX_FILE_NAME_BYTES) return `has more than ${MAX_FILE_NAME_BYTES} bytes`
  return undefined
}

/** Throws a KithError `bad-name` saying why the name is none for a file. */
export function checkFileName(name: string): void {
  const flaw = flawOf(name)
  if (flaw !== undefined)
    throw new KithError('bad-name', `the name ${shown(name)} cannot be used, as it ${flaw}: rename it`)
}

/** A name by somebody else within a message: quoted, cut, and with nothing in it that a terminal obeys. */
export function shown(name: string): string {
  const cut = name.length > MAX_SHOWN_CHARACTERS ? `${name.slice(0, MAX_SHOWN_CHARACTERS)}…` : name
  return JSON.stringify(cut).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
