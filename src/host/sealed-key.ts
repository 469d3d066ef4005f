/**
 * A node's key, encrypted under a passphrase, as text that people can print and type: `identity.key` where it is
 * protected, and backups.
 *
 *     Kith identity, encrypted under a passphrase (version 1)
 *     12D3KooW…                                            the peer id
 *     1  abcd efgh ijkl mnop qrst uvwx yz23 4567  2abc     four such lines: 20 bytes in base32, and a checksum
 *
 * The 80 bytes: cost, block size and parallelism of scrypt (1 byte each; the cost is the exponent of a power of two),
 * a zero, the salt (16), the nonce (12), the seed of the Ed25519 key under ChaCha20-Poly1305 (32), and its tag (16).
 * Associated data: the domain and the first 20 bytes.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import { SEED_BYTES, sha256, signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { readPeerId } from './peer-id.ts'

const TITLE = 'Kith identity, encrypted under a passphrase'
const VERSION = 1
const DOMAIN = Buffer.from('kith/key/1')

/** What OWASP recommends for scrypt: 128 MiB and some tenths of a second for each guess. */
const COST_EXPONENT = 17
const BLOCK_SIZE = 8
const PARALLELISM = 1
/** A file can make a node take 256 MiB (128 × block size × 2^18) and seconds at most, whoever wrote it. */
export const MAX_COST_EXPONENT = 18
export const MAX_BLOCK_SIZE = 8
export const MAX_PARALLELISM = 4

/** The shortest that NIST lets people choose (SP 800-63B): a backup may get into hands that can guess for years. */
export const MIN_PASSPHRASE_CHARACTERS = 8
/** Longer than anybody types; what is above that is another file than meant. */
export const MAX_PASSPHRASE_BYTES = 1024

/** Of the file: several times what it has. */
export const MAX_SEALED_BYTES = 4096

const PARAMETER_BYTES = 4
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'chacha20-poly1305'

const LINES = 4
const LINE_BYTES = 20
const LINE_LETTERS = 32
const CHECK_LETTERS = 4

export interface SealedKey {
  peer: PeerId
  payload: Uint8Array
}

/**
 * What cannot be typed, such as the zeros of a file in UTF-16, and blanks at the ends, which nobody sees and which come
 * with what is pasted.
 */
const UNSEEN = /[\p{Cc}\ufffd]|^\s|\s$/u

/** Throws a KithError `bad-value` for a passphrase that nobody should choose: too short, too long, or not to be typed again. */
export function checkNewPassphrase(passphrase: string): void {
  const text = normalised(passphrase)
  if (Array.from(text).length < MIN_PASSPHRASE_CHARACTERS) {
    throw new KithError('bad-value', `a passphrase must have ${MIN_PASSPHRASE_CHARACTERS} characters or more`)
  }
  if (Buffer.byteLength(text) > MAX_PASSPHRASE_BYTES) {
    throw new KithError('bad-value', `a passphrase must have ${MAX_PASSPHRASE_BYTES} bytes at most`)
  }
  if (UNSEEN.test(text)) {
    const message = 'a passphrase must have no blanks at its ends, and nothing that cannot be typed, such as tabs'
    throw new KithError('bad-value', message)
  }
}

/** Encrypts the seed of a key. Throws a KithError `bad-value` like `checkNewPassphrase`. */
export async function sealKey(seed: Uint8Array, passphrase: string): Promise<SealedKey> {
  checkNewPassphrase(passphrase)
  const parameters = Uint8Array.of(COST_EXPONENT, BLOCK_SIZE, PARALLELISM, 0)
  const salt = randomBytes(SALT_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const key = await derived(passphrase, parameters, salt)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.concat([DOMAIN, parameters, salt]), { plaintextLength: SEED_BYTES })
  const sealed = Buffer.concat([cipher.update(seed), cipher.final(), cipher.getAuthTag()])
  return { peer: signerOfSeed(seed).author, payload: Buffer.concat([parameters, salt, nonce, sealed]) }
}

/** The seed of the key. Throws a KithError `wrong-passphrase`, or `bad-backup` if the key is not that of the peer. */
export async function openKey({ peer, payload }: SealedKey, passphrase: string): Promise<Uint8Array> {
  const [parameters, salt, nonce, sealed, tag] = split(
    payload,
    PARAMETER_BYTES,
    SALT_BYTES,
    NONCE_BYTES,
    SEED_BYTES,
    TAG_BYTES,
  )
  const key = await derived(passphrase, parameters, salt)
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.concat([DOMAIN, parameters, salt]), { plaintextLength: SEED_BYTES })
  decipher.setAuthTag(tag)
  let seed: Uint8Array
  try {
    seed = Buffer.concat([decipher.update(sealed), decipher.final()])
  } catch (cause) {
    throw new KithError('wrong-passphrase', 'that is not the passphrase of the key', { cause })
  }
  if (signerOfSeed(seed).author === peer) return seed
  throw new KithError('bad-backup', `the key is that of ${signerOfSeed(seed).author}, but the text names ${peer}`)
}

/** The text of an encrypted key. */
export function formatSealed({ peer, payload }: SealedKey): string {
  const lines = [...Array(LINES).keys()].map((index) => {
    const bytes = payload.subarray(index * LINE_BYTES, (index + 1) * LINE_BYTES)
    const groups = lettersOf(bytes).match(/.{4}/g) ?? []
    return `${index + 1}  ${groups.join(' ')}  ${checkOf(index, bytes)}`
  })
  return `${[`${TITLE} (version ${VERSION})`, peer, ...lines].join('\n')}\n`
}

/** What mail programs put before the lines of a mail that is answered or passed on. */
const QUOTED = /^\s*(?:[>|]\s*)+/u

/** Whether a file begins like an encrypted key. */
export function isSealed(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, TITLE.length)).toString('latin1').toLowerCase() === TITLE.toLowerCase()
}

/**
 * Reads the text, also one that was typed or mailed: with other blanks and line ends, capitals, quoted, and with text above. Throws a KithError `bad-backup`
 * that says what is wrong and where.
 */
export function parseSealed(text: string): SealedKey {
  const all = text.split(/\r\n?|\n/).map((line) => line.replace(QUOTED, '').replaceAll(/\s+/g, ' ').trim())
  const lines = all.filter((line) => line !== '')
  const start = lines.findIndex((line) => line.toLowerCase().startsWith(TITLE.toLowerCase()))
  if (start === -1) throw bad('it is no backup of a key: the line that begins with "Kith identity" is missing')
  const version = /version (\d+)/i.exec(lines[start] ?? '')?.[1]
  if (version !== String(VERSION)) {
    throw bad(`it is of version ${version ?? 'unknown'}, and this Kith reads version ${VERSION}: use a newer one`)
  }
  const peer = readPeerId(lines[start + 1] ?? '')
  if (peer === undefined) throw bad('the line with the peer id is not whole')
  const payload = Buffer.concat([...Array(LINES).keys()].map((index) => bytesOf(lines[start + 2 + index] ?? '', index)))
  checkParameters(payload)
  return { peer, payload }
}

function bytesOf(line: string, index: number): Uint8Array {
  const [number, ...groups] = line.toLowerCase().split(' ')
  const letters = groups.join('')
  const isWhole = number === String(index + 1) && letters.length === LINE_LETTERS + CHECK_LETTERS
  if (!isWhole) throw bad(`line ${index + 1} of ${LINES} is not whole, or not in its place`)
  const stray = /[^a-z2-7]/u.exec(letters)?.[0]
  if (stray !== undefined) {
    throw bad(
      `line ${index + 1} of ${LINES} has '${stray}', but there are only the letters a to z and the digits 2 to 7`,
    )
  }
  const bytes = base32.baseDecode(letters.slice(0, LINE_LETTERS))
  if (letters.slice(LINE_LETTERS) === checkOf(index, bytes)) return bytes
  throw bad(`line ${index + 1} of ${LINES} was mistyped or damaged`)
}

function lettersOf(bytes: Uint8Array): string {
  return base32.baseEncode(bytes)
}

function checkOf(index: number, bytes: Uint8Array): string {
  return lettersOf(sha256(DOMAIN, Uint8Array.of(index + 1), bytes)).slice(0, CHECK_LETTERS)
}

/** Before anything is derived: what it takes is what these say. */
function checkParameters(payload: Uint8Array): void {
  const [exponent = 0, blockSize = 0, parallelism = 0, zero] = payload
  const limits: [number, number][] = [
    [exponent, MAX_COST_EXPONENT],
    [blockSize, MAX_BLOCK_SIZE],
    [parallelism, MAX_PARALLELISM],
  ]
  const isWithin = limits.every(([value, max]) => value > 0 && value <= max)
  if (!isWithin || zero !== 0) {
    throw bad(`it asks for more work than Kith ever does (scrypt 2^${exponent}, ${blockSize}, ${parallelism})`)
  }
}

function derived(passphrase: string, parameters: Uint8Array, salt: Uint8Array): Promise<Buffer> {
  const [exponent = 0, r = 0, p = 0] = parameters
  const N = 2 ** exponent
  // Twice what scrypt says it needs, for what it adds.
  const options = { N, r, p, maxmem: 2 * 128 * N * r }
  return new Promise((resolve, reject) => {
    scrypt(normalised(passphrase), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

/** The same characters are typed as different code points on different systems. */
function normalised(passphrase: string): string {
  return passphrase.normalize('NFC')
}

function split(bytes: Uint8Array, ...lengths: [number, number, number, number, number]) {
  let end = 0
  const parts = lengths.map((length) => bytes.subarray(end, (end += length)))
  return parts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
}

function bad(what: string): KithError {
  return new KithError('bad-backup', `the encrypted key cannot be read: ${what}`)
}
