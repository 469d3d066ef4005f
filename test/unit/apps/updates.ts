/** Updates for tests of apps. */
import fc from 'fast-check'
import { documentIdOfDigest } from '../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { App, Update } from '../../../src/apps/app.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { shuffle } from '../room/history.ts'

let made = 0

/** An update with an id of its own. */
export function updateOf(kind: string, body: Uint8Array | string, fields: Partial<Update> = {}): Update {
  return {
    id: documentIdOfDigest(sha256(encodeText(`update ${made++}`))),
    clock: 2,
    author: peerIdOfPublicKey(new Uint8Array(32).fill(0xab)),
    timeMs: 1_700_000_000_000,
    kind,
    body: typeof body === 'string' ? encodeText(body) : body,
    ...fields,
  }
}

/** Text as people and attackers write it: any code points, also byte order marks and zero bytes. */
export const textArbitrary = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\ufeff',
    '\ufeffa text of more than sixty-four bytes, as decoders take another way for long ones',
    '\0',
    '__proto__',
  ),
)

export function folded<State>(app: App<State>, updates: readonly Update[]): State {
  return updates.reduce((state, update) => app.reduce(state, update), app.initial())
}

/** What every app promises. Throws, with fast-check's seed, where it does not hold. */
export function assertKeepsPromises<State>(app: App<State>, updates: fc.Arbitrary<Update[]>): void {
  fc.assert(
    fc.property(updates, fc.nat(), (list, seed) => {
      const before = app.initial()
      const encodedBefore = hex(app.encode(before))
      const state = folded(app, list)
      const encoded = app.encode(state)
      const sizeBytes = app.sizeBytes(state)
      if (hex(app.encode(before)) !== encodedBefore) throw new Error('reduce changed the state it was given')
      if (sizeBytes < encoded.length) throw new Error(`sizeBytes ${sizeBytes} is less than ${encoded.length}`)
      if (sizeBytes > encoded.length + 24) throw new Error(`sizeBytes ${sizeBytes} is far over ${encoded.length}`)
      const decoded = app.decode(encoded)
      if (hex(app.encode(decoded)) !== hex(encoded)) throw new Error('decode and encode change the state')
      if (app.sizeBytes(decoded) !== sizeBytes) throw new Error('decode gives another size')
      if (JSON.stringify(app.toJson(decoded)) === undefined) throw new Error('toJson gives no JSON')
      if (app.commutes) {
        const other = folded(app, shuffle(list, seededRandom(seed)))
        if (hex(app.encode(other)) !== hex(encoded)) throw new Error('the order matters to an app that commutes')
      }
    }),
    { numRuns: 300 },
  )
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
