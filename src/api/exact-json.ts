/**
 * JSON that is kept exactly as it was given, or refused. `JSON.parse` alone rounds long numbers, makes
 * `1e400` infinite, keeps only the last of equal keys, and lets through halves of surrogate pairs.
 */
import { KithError, type JsonValue } from '../kith.ts'

/** The tokens of valid JSON. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],:]|true|false|null/g

/** Characters of a number or a place that an error shows; what is longer fills the line and helps nobody. */
const SHOWN_CHARACTERS = 60

/** Deeper than any document may be, and far from where JavaScript's own recursion ends. */
export const MAX_JSON_DEPTH = 1_000

const PLAIN_PROPERTY = { enumerable: true, writable: true, configurable: true }

const NUMBER = /^-?(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[+-]?\d+))?$/

/** A key that can stand in a path as it is. */
const PLAIN_KEY = /^[\w-]+$/

/** An object or array that is being read: the keys seen so far, and where in it we are. */
interface Container {
  value: JsonValue[] | Record<string, JsonValue>
  keys: Set<string> | undefined
  at: string | number
}

/**
 * Parses JSON. Throws a SyntaxError for what is not JSON, and a KithError `bad-value` that names the
 * place for what cannot be kept exactly.
 */
export function parseExactJson(text: string): JsonValue {
  // Only for its syntax: V8 13.6 sometimes takes a key with an escaped character for another key.
  JSON.parse(text)
  const open: Container[] = []
  let root: JsonValue = null
  let lastText = ''
  const put = (value: JsonValue): void => {
    const container = open.at(-1)
    if (container === undefined) root = value
    else if (Array.isArray(container.value)) container.value.push(value)
    // Not by assignment, which makes a prototype of `__proto__`.
    else Object.defineProperty(container.value, container.at, { value, ...PLAIN_PROPERTY })
  }
  let isKey = false
  for (const [token] of text.matchAll(TOKENS)) {
    const container = open.at(-1)
    switch (token[0]) {
      case '{':
        isKey = true
        enter({ value: {}, keys: new Set(), at: '' }, put, open)
        break
      case '[':
        isKey = false
        enter({ value: [], keys: undefined, at: 0 }, put, open)
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        isKey = container?.keys !== undefined
        if (typeof container?.at === 'number') container.at++
        break
      case ':':
        isKey = false
        enterKey(container, lastText, open)
        break
      case '"':
        lastText = readText(token, open)
        if (!isKey) put(lastText)
        break
      case 't':
      case 'f':
        put(token === 'true')
        break
      case 'n':
        put(null)
        break
      default:
        put(readNumber(token, open))
    }
  }
  return root
}

function enter(container: Container, put: (value: JsonValue) => void, open: Container[]): void {
  if (open.length === MAX_JSON_DEPTH) {
    throw new KithError('bad-value', `the JSON is nested more than ${MAX_JSON_DEPTH} deep`)
  }
  put(container.value)
  open.push(container)
}

function enterKey(container: Container | undefined, key: string, open: readonly Container[]): void {
  if (container?.keys === undefined) throw new Error('valid JSON has a colon only in an object')
  container.at = key
  if (container.keys.has(key)) throw new KithError('bad-value', `the key${placeOf(open)} is given twice`)
  container.keys.add(key)
}

function readText(token: string, open: readonly Container[]): string {
  const text = JSON.parse(token) as string
  if (text.isWellFormed()) return text
  throw new KithError('bad-value', `the text${placeOf(open)} has half a surrogate pair, which is not a character`)
}

function readNumber(token: string, open: readonly Container[]): number {
  const value = Number(token)
  const isExact = Number.isFinite(value) && decimalOf(token) === decimalOf(String(value))
  // A document has no negative zero.
  if (isExact && !Object.is(value, -0)) return value
  const hint = 'put it in quotes to keep it as a text'
  throw new KithError('bad-value', `the number ${shown(token)}${placeOf(open)} cannot be kept exactly: ${hint}`)
}

/** The significant digits of a number and its exponent: the same for all ways to write it. The sign is always kept. */
function decimalOf(token: string): string {
  const { whole = '', fraction = '', exponent = '0' } = NUMBER.exec(token)?.groups ?? {}
  const digits = (whole + fraction).replace(/^0+/, '')
  // Looks at each run of zeros only once: `0+$` alone would need minutes for a long one in the middle.
  const significant = digits.replace(/(?<!0)0+$/, '')
  if (significant === '') return '0'
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** Such as ` at items[2].price` or ` at [""]`; nothing at the top. */
function placeOf(open: readonly Container[]): string {
  const path = open
    .map(({ at }) => (typeof at === 'string' && PLAIN_KEY.test(at) ? `.${at}` : `[${JSON.stringify(at)}]`))
    .join('')
  return path === '' ? '' : ` at ${shown(path.replace(/^\./, ''))}`
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`
}
