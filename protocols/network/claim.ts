/** What a root signs. */
import { encodeTopic } from '../wire/id-codec.ts'
import type { TopicKey } from '../wire/ids.ts'
import { ROOT_DOMAIN } from './constants.ts'
import type { RootClaim } from './records.ts'

/** What a root signs to say that it is there: for one room, with one sequence number. */
export function rootContent(
  topic: TopicKey,
  { sequence, rootIsCopy }: Pick<RootClaim, 'sequence' | 'rootIsCopy'>,
): Uint8Array {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(sequence))
  return Buffer.concat([Buffer.from(ROOT_DOMAIN), encodeTopic(topic), number, Uint8Array.of(rootIsCopy ? 1 : 0)])
}

/** Negative if the first is to be root rather than the second: a subscriber before a copy, then the lower id. */
export function compareRoots(
  a: Pick<RootClaim, 'root' | 'rootIsCopy'>,
  b: Pick<RootClaim, 'root' | 'rootIsCopy'>,
): number {
  if (a.rootIsCopy !== b.rootIsCopy) return a.rootIsCopy ? 1 : -1
  return a.root === b.root ? 0 : a.root < b.root ? -1 : 1
}
