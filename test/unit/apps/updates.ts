/** Updates for tests of apps. */
import { documentIdOfDigest } from '../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import { encodeText } from '../../../src/apps/body.ts'
import type { Fold, Update } from '../../../src/kith.ts'

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

export function folded<State>(fold: Fold<State>, updates: readonly Update[]): State {
  return updates.reduce((state, update) => fold.reduce(state, update), fold.initial())
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
