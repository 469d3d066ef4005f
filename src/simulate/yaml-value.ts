/**
 * A value of a YAML document that is being checked. Each mistake is noted with its place in the file,
 * and a stand-in value returned, so that one pass finds all mistakes.
 */
import { LineCounter, parseDocument, isNode, type Document as YamlDocument } from 'yaml'
import { parseDuration, parseSize } from './units.ts'

/** Longer values are cut in messages. */
const MAX_SHOWN_LENGTH = 40

/** A simulation with more of anything would never finish. */
const MAX_COUNT = 1_000_000

/** The mistakes found in one file. */
class Mistakes {
  readonly #found: { line: number; text: string }[] = []
  readonly #file: string
  readonly #document: YamlDocument
  readonly #lineCounter: LineCounter

  constructor(file: string, document: YamlDocument, lineCounter: LineCounter) {
    this.#file = file
    this.#document = document
    this.#lineCounter = lineCounter
  }

  /** In the order of the file. */
  get lines(): string[] {
    return this.#found.toSorted((a, b) => a.line - b.line).map(({ line, text }) => `${this.#file}:${line}: ${text}`)
  }

  noteAt(offset: number, text: string): void {
    this.#found.push({ line: this.#lineCounter.linePos(offset).line, text })
  }

  note(path: readonly (string | number)[], what: string): void {
    this.noteAt(this.#offsetOf(path), path.length > 0 ? `${path.join('.')}: ${what}` : what)
  }

  /** Where a value begins, or else the nearest enclosing one. */
  #offsetOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length > 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return node.range[0]
    }
    return 0
  }
}

/** Parses YAML text. `mistakes` returns those found so far, including syntax errors; they call the text `file`. */
export function parseYaml(text: string, file: string): { root: YamlValue; mistakes: () => string[] } {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const mistakes = new Mistakes(file, document, lineCounter)
  for (const { pos, message } of document.errors) mistakes.noteAt(pos[0], message.replaceAll(/\s+/g, ' '))
  const value: unknown = document.errors.length > 0 ? {} : document.toJS({ maxAliasCount: 0 })
  return { root: new YamlValue(value, [], mistakes), mistakes: () => mistakes.lines }
}

export class YamlValue {
  readonly value: unknown
  readonly #path: readonly (string | number)[]
  readonly #mistakes: Mistakes

  constructor(value: unknown, path: readonly (string | number)[], mistakes: Mistakes) {
    this.value = value
    this.#path = path
    this.#mistakes = mistakes
  }

  /** Notes a mistake; `expected` completes the sentence. */
  expected(expected: string): void {
    this.problem(`expected ${expected}, found ${shown(this.value)}`)
  }

  problem(what: string): void {
    this.#mistakes.note(this.#path, what)
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  /** The values of a mapping with these keys; others are mistakes. */
  object<Key extends string>(keys: readonly Key[]): Partial<Record<Key, YamlValue>> {
    const known = keys.map((key) => `'${key}'`).join(', ')
    if (!this.isObject) this.expected(`a mapping with the keys ${known}`)
    const found: Partial<Record<Key, YamlValue>> = {}
    for (const [key, value] of this.entries()) {
      const name = keys.find((candidate) => candidate === key)
      if (name === undefined) value.problem(`unknown key, expected one of ${known}`)
      else found[name] = value
    }
    return found
  }

  /** All keys and values of a mapping; empty for anything else. */
  entries(): [string, YamlValue][] {
    if (!this.isObject) return []
    return Object.entries(this.value as object).map(([key, value]) => [key, this.#child(key, value)])
  }

  list(expected: string): YamlValue[] {
    if (Array.isArray(this.value)) return this.value.map((value: unknown, index) => this.#child(index, value))
    this.expected(expected)
    return []
  }

  text(expected: string): string {
    if (typeof this.value === 'string' && this.value.trim() !== '') return this.value
    this.expected(expected)
    return ''
  }

  choice<Name extends string>(names: readonly Name[]): Name | undefined {
    const name = names.find((candidate) => candidate === this.value)
    if (name === undefined) this.expected(`one of ${names.map((candidate) => `'${candidate}'`).join(', ')}`)
    return name
  }

  number(min: number, max: number): number {
    if (typeof this.value === 'number' && this.value >= min && this.value <= max) return this.value
    this.expected(`a number from ${min} to ${max}`)
    return min
  }

  wholeNumber(min: number, max: number): number {
    if (Number.isInteger(this.value)) return this.number(min, max)
    this.expected(`a whole number from ${min} to ${max}`)
    return min
  }

  /** A count of at least one. */
  count(): number {
    return this.wholeNumber(1, MAX_COUNT)
  }

  /** A time in milliseconds; NaN if it is not one, so that nothing derived from it counts as a further mistake. */
  duration(): number {
    const durationMs = parseDuration(this.value)
    if (durationMs === undefined) this.expected("a time such as '200ms', '30s', '10m', '2h' or '30d'")
    return durationMs ?? NaN
  }

  positiveDuration(): number {
    const durationMs = this.duration()
    if (durationMs === 0) this.expected('a time above 0')
    return durationMs
  }

  /** A number of bytes. */
  size(maxBytes: number): number {
    const sizeBytes = parseSize(this.value)
    if (sizeBytes !== undefined && sizeBytes <= maxBytes) return sizeBytes
    this.expected(`a size of at most ${maxBytes} bytes, such as 300, '16KiB' or '2MiB'`)
    return 0
  }

  /** One value, or a list of the smallest and the largest. */
  range(read: (value: YamlValue) => number): { min: number; max: number } {
    if (!Array.isArray(this.value)) {
      const only = read(this)
      return { min: only, max: only }
    }
    const [min = 0, max = 0] = this.list('').map(read)
    if (this.value.length !== 2 || min > max) this.expected('one value, or two in a list, the smaller one first')
    return { min, max }
  }

  #child(key: string | number, value: unknown): YamlValue {
    return new YamlValue(value, [...this.#path, key], this.#mistakes)
  }
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text
}
