/** Encodes records of locks as frames and back. Decoding is bounded and throws on malformed frames. */
import { checkForm } from '../wire/form.ts'
import { decodeIds, encodeIds, wireBytes } from '../wire/id-codec.ts'
import type { DocumentId } from '../wire/ids.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { LockFrame, LockFrameForm, type Held as HeldMessage } from './messages.ts'
import type { Held, LockRecord, RefuseReason } from './records.ts'

/** By their numbers, from 1. */
const REASONS: readonly RefuseReason[] = ['unknown', 'forgotten', 'full', 'lease', 'not-allowed']

const NOTHING = new Uint8Array(0)

/** A frame for each record. */
export function encodeFrames(records: readonly LockRecord[]): Uint8Array[] {
  return records.map((record) => LockFrame.encode(frameOf(record)))
}

function frameOf(record: LockRecord): Partial<LockFrame> {
  const lock = digestOf(record.lock)
  switch (record.type) {
    case 'ask':
      return { ask: { ...record, lock } }
    case 'grant':
      return { grant: { ...record, lock, mark: digestOf(record.mark) } }
    case 'wait':
      return { wait: { ...record, lock, held: encodeHeld(record.held) } }
    case 'refuse':
      return { refuse: { ...record, lock, reason: REASONS.indexOf(record.reason) + 1 } }
    case 'release':
      return { release: { ...record, lock, mark: digestOf(record.mark) } }
    case 'released':
      return { released: { ...record, lock } }
    case 'query':
      return { query: { ...record, lock } }
    case 'state': {
      const { held, ...state } = record
      return { state: { ...state, lock, ...(held && { held: encodeHeld(held) }) } }
    }
  }
}

/** Decodes a frame; throws on malformed bytes and wrong lengths. Skips unknown fields and reasons. */
export function decodeFrame(bytes: Uint8Array): LockRecord[] {
  checkForm(bytes, LockFrameForm)
  const { ask, grant, wait, refuse, release, released, query, state } = LockFrame.decode(bytes)
  const records: (LockRecord | undefined)[] = [
    ask && { ...ask, type: 'ask', lock: idOf(ask.lock) },
    grant && { ...withMark(grant), type: 'grant', lock: idOf(grant.lock) },
    wait && { ...wait, type: 'wait', lock: idOf(wait.lock), held: decodeHeld(wait.held) },
    refuse && refusalOf(refuse),
    release && { ...withMark(release), type: 'release', lock: idOf(release.lock) },
    released && { ...released, type: 'released', lock: idOf(released.lock) },
    query && { ...query, type: 'query', lock: idOf(query.lock) },
    state && stateOf(state),
  ]
  return records.filter((record) => record !== undefined)
}

/** None of a kind that a later version has. */
function refusalOf({ lock, request, reason }: NonNullable<LockFrame['refuse']>): LockRecord | undefined {
  const known = REASONS[reason - 1]
  const id = idOf(lock)
  return known && { type: 'refuse', lock: id, request, reason: known }
}

function stateOf({ held, ...state }: NonNullable<LockFrame['state']>): LockRecord {
  return { ...state, type: 'state', lock: idOf(state.lock), ...(held && { held: decodeHeld(held) }) }
}

function withMark<Fields extends { mark: Uint8Array }>({
  mark,
  ...fields
}: Fields): Omit<Fields, 'mark'> & { mark?: DocumentId } {
  return { ...fields, ...(mark.length > 0 && { mark: idOf(mark) }) }
}

function encodeHeld({ holder, ...held }: Held): HeldMessage {
  return { ...held, holder: wireBytes(publicKeyOfPeerId(holder) ?? NOTHING) }
}

/** Throws a RangeError. */
function decodeHeld(held: HeldMessage | undefined): Held {
  if (held === undefined) throw new RangeError('a request waits for nobody')
  return { ...held, holder: peerIdOfPublicKey(held.holder) }
}

function digestOf(id: DocumentId | undefined): Uint8Array<ArrayBuffer> {
  const [digest = NOTHING] = id === undefined ? [] : encodeIds([id])
  return digest
}

/** Throws a TypeError. */
function idOf(digest: Uint8Array): DocumentId {
  const [id] = decodeIds([digest])
  if (id === undefined) throw new TypeError('an id is missing')
  return id
}
