/**
 * Coded symbols of sets, computed item by item and in whole numbers of any size, as the spec says:
 * protocols/ring/reconciliation/vectors/symbols.json.
 */
import { byBytes, concat, digestOf, filled, hex, sha256, utf8, varint, type Bytes } from './bytes.ts'

const WORD = 1n << 32n
/** The decoder of the vectors asks for one symbol at a time, up to so many. */
const MOST = 200
const SHOWN_INDEXES = 24

const nonceOf = (name: string): Bytes => digestOf(`nonce ${name}`).subarray(0, 16)
const keyOf = (opener: Bytes, answerer: Bytes): Bytes =>
  sha256(utf8('kith/reconciliation/1'), opener, answerer).subarray(0, 16)

const OPENER = nonceOf('opener')
const ANSWERER = nonceOf('answerer')
const KEY = keyOf(OPENER, ANSWERER)

const wordAt = (bytes: Bytes, at: number): bigint => BigInt(Buffer.from(bytes).readUInt32LE(at))
const rotated = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) % WORD

/** The numbers of xoroshiro64** for a seed of 8 bytes. */
function* randomNumbers(seed: Bytes): Generator<bigint> {
  let [s0, s1] = [wordAt(seed, 0), wordAt(seed, 4)]
  for (;;) {
    yield (rotated((s0 * 0x9e3779bbn) % WORD, 5n) * 5n) % WORD
    const mixed = s0 ^ s1
    s0 = rotated(s0, 26n) ^ mixed ^ ((mixed << 9n) % WORD)
    s1 = rotated(mixed, 13n)
  }
}

/** The largest whole number whose square is at most this one. */
function rootOf(value: bigint): bigint {
  let low = 0n
  let high = value + 1n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle * middle <= value) low = middle
    else high = middle
  }
  return low
}

/** The smallest k > i with (k + 1)(k + 2)(random + 1) >= (i + 1)(i + 2) 2^32. */
function nextIndex(index: bigint, random: bigint): bigint {
  const target = (index + 1n) * (index + 2n) * WORD
  const reaches = (next: bigint): boolean => (next + 1n) * (next + 2n) * (random + 1n) >= target
  let next = rootOf(target / (random + 1n)) - 2n
  if (next <= index) next = index + 1n
  while (!reaches(next)) next++
  return next
}

/** Indexes of the symbols that an item with a seed belongs to, below a bound. */
function indexesOf(seed: Bytes, below: number): number[] {
  const numbers = randomNumbers(seed)
  const indexes: number[] = []
  for (let index = 0n; index < below; index = nextIndex(index, numbers.next().value as bigint))
    indexes.push(Number(index))
  return indexes
}

interface Item {
  id: Bytes
  seed: Bytes
  checksum: Bytes
}

function itemOf(id: Bytes): Item {
  const hash = sha256(KEY, id)
  return { id, seed: hash.subarray(0, 8), checksum: hash.subarray(8, 12) }
}

interface Symbol {
  sum: Bytes
  checksum: Bytes
  count: number
}

const xor = (a: Bytes, b: Bytes): Bytes => a.map((byte, index) => byte ^ (b[index] ?? 0))

function symbolsOf(items: Item[], length: number): Symbol[] {
  const symbols = Array.from({ length }, (): Symbol => ({ sum: filled(32), checksum: filled(4), count: 0 }))
  for (const { id, seed, checksum } of items) {
    for (const index of indexesOf(seed, length)) addTo(symbols[index], { sum: id, checksum, count: 1 })
  }
  return symbols
}

function addTo(symbol: Symbol | undefined, { sum, checksum, count }: Symbol): void {
  if (symbol === undefined) throw new RangeError('no such symbol')
  symbol.sum = xor(symbol.sum, sum)
  symbol.checksum = xor(symbol.checksum, checksum)
  symbol.count += count
}

function bytesOf(symbols: Symbol[], size: number): Bytes {
  return concat(
    ...symbols.map(({ sum, checksum, count }, index) => {
      const distance = count - Math.floor((2 * size) / (index + 2))
      const shown = index === 0 ? count : distance < 0 ? -2 * distance - 1 : 2 * distance
      return concat(sum, checksum, varint(shown))
    }),
  )
}

/** How many symbols it takes to find in which items two sets differ: plainly, from the beginning for each number. */
function neededFor(own: Item[], peers: Item[]): number {
  for (let length = 1; length <= MOST; length++) {
    const [ownSymbols, peersSymbols] = [own, peers].map((items) => symbolsOf(items, length))
    const difference = (peersSymbols ?? []).map((symbol, index) => {
      const { sum = filled(0), checksum = filled(0), count = 0 } = ownSymbols?.[index] ?? {}
      addTo(symbol, { sum, checksum, count: -count })
      return symbol
    })
    if (isSolved(difference)) return length
  }
  throw new RangeError(`more than ${MOST} symbols`)
}

function isSolved(difference: Symbol[]): boolean {
  for (;;) {
    const single = difference.find(({ sum, checksum, count }) => {
      return Math.abs(count) === 1 && byBytes(checksum, itemOf(sum).checksum) === 0
    })
    if (single === undefined) return difference.every(({ sum, count }) => count === 0 && byBytes(sum, filled(32)) === 0)
    const { sum, checksum, count } = { ...single }
    for (const index of indexesOf(itemOf(sum).seed, difference.length)) {
      addTo(difference[index], { sum, checksum, count: -count })
    }
  }
}

const idsOf = (name: string, count: number): Bytes[] =>
  Array.from({ length: count }, (_, index) => digestOf(`${name} ${index}`))

function comparison(name: string, common: number, own: number, peers: number, shown: number) {
  const [shared, here, there] = [idsOf('common', common), idsOf('here', own), idsOf('there', peers)]
  const peersItems = [...shared, ...there].map(itemOf)
  return {
    name,
    own: [...shared, ...here].map(hex),
    peers: peersItems.map(({ id }) => hex(id)),
    symbols: hex(bytesOf(symbolsOf(peersItems, shown), peersItems.length)),
    here: here.map(hex),
    there: there.map(hex),
    /** With one fewer, the difference is not known yet. */
    needed: neededFor([...shared, ...here].map(itemOf), peersItems),
  }
}

/** Generators whose numbers are at either end of the range, and items of the sets below. */
const SEEDS = [filled(8), filled(8, 0xff), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0)]

/** protocols/ring/reconciliation/vectors/symbols.json */
export const codedSymbols = {
  keys: [
    { opener: hex(OPENER), answerer: hex(ANSWERER), key: hex(KEY) },
    { opener: hex(filled(16)), answerer: hex(filled(16)), key: hex(keyOf(filled(16), filled(16))) },
  ],
  sequences: SEEDS.concat(idsOf('common', 3).map((id) => itemOf(id).seed)).map((seed) => ({
    seed: hex(seed),
    indexes: indexesOf(seed, 49_152).slice(0, SHOWN_INDEXES),
  })),
  hashes: idsOf('common', 3).map((id) => {
    const { seed, checksum } = itemOf(id)
    return { id: hex(id), seed: hex(seed), checksum: hex(checksum) }
  }),
  comparisons: [
    comparison('nothing on either side', 0, 0, 0, 4),
    comparison('equal', 5, 0, 0, 4),
    comparison('one item at the peer only', 3, 0, 1, 4),
    comparison('one item here only', 3, 1, 0, 4),
    comparison('some on both sides', 200, 6, 9, 60),
    comparison('counts of two bytes', 300, 0, 0, 3),
    comparison('nothing in common', 0, 20, 20, 100),
  ],
}
