/** What a machine does in a private room with many members, or with many epochs, without network and disk. */
import { join } from 'node:path'
import { encodeText } from '../../src/apps/body.ts'
import { builtInApps, byName } from '../../src/apps/index.ts'
import { MESSAGE_KIND } from '../../protocols/apps/chat/constants.ts'
import { MAX_PARENTS } from '../../protocols/document/constants.ts'
import { boxKeyOf, inviteBoxSecret } from '../../protocols/sealing/index.ts'
import { sha256, signerOfSeed, type Signer } from '../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type RoomId } from '../../protocols/wire/ids.ts'
import { Rooms } from '../../src/machine/rooms.ts'
import { acceptance, encodeAct } from '../../src/room/access/acts.ts'
import { compose } from '../../src/room/compose.ts'
import type { Room } from '../../src/room/room.ts'
import { secureRandom } from '../../src/runtime/random.ts'
import { AtRestKey } from '../../src/store/at-rest.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'

const NOW_MS = 1_767_225_600_000
const MS_PER_BATCH = 60_000
let nowMs = 0
/** Documents that arrive together. */
const BATCH = 100
const SEED_BYTES = 32
/** A message of some words. */
const DOCUMENT_BYTES = 400
/** As many as a node combines. */
const PER_COMMIT = 256

function signerOf(index: number): Signer {
  const seed = Buffer.alloc(SEED_BYTES)
  seed.writeUInt32BE(index)
  return signerOfSeed(seed)
}

function roomsOf(signer: Signer, store = memoryStore()): Rooms {
  const apps = byName(builtInApps)
  return new Rooms({ store, signer, random: secureRandom, apps, authorName: undefined })
}

function newRoom(store = memoryStore()): { rooms: Rooms; room: Room } {
  const rooms = roomsOf(signerOf(0), store)
  const { room } = rooms.create('Bench', 'chat', NOW_MS, 'private')
  return { rooms, room: rooms.require(room) }
}

/** Makes an invite, and lets that many others accept it. Returns its seed. */
function admit(rooms: Rooms, room: Room, members: number): Uint8Array {
  const { id } = room.record
  const seed = Buffer.alloc(SEED_BYTES, 9)
  const key = signerOfSeed(seed)
  const box = boxKeyOf(inviteBoxSecret(seed)).publicKey
  const saying = { type: 'invite', key: key.author, role: 'writer', expiresMs: undefined, uses: undefined } as const
  const [change] = room.acts.write([{ ...saying, box }], NOW_MS)
  const invite = change?.intake.accepted[0]
  if (invite === undefined) throw new Error('no invite was made')
  const accepted = Array.from({ length: members }, (_, i) => {
    const signer = signerOf(i + 1)
    const own = boxKeyOf(Buffer.alloc(SEED_BYTES, i + 1)).publicKey
    own.set(Buffer.from(`${i}`.padStart(8, '0')))
    const content = encodeAct(acceptance(id, invite.id, signer.author, key, own))
    return compose(content, { room: id, own: undefined, others: [invite], signer, timeMs: NOW_MS }).block
  })
  for (let start = 0; start < members; start += BATCH) receive(rooms, id, accepted.slice(start, start + BATCH))
  return seed
}

function receive(rooms: Rooms, room: RoomId, blocks: readonly Uint8Array[]): void {
  // Nobody sends too fast.
  nowMs += MS_PER_BATCH
  rooms.receive(room, blocks, signerOf(0).author, { monotonicMs: nowMs, wallMs: NOW_MS })
}

function say(room: Room, text: string): Uint8Array[] {
  const { intake } = room.write({ kind: MESSAGE_KIND, body: encodeText(text) }, NOW_MS)
  return intake.accepted.map(({ block }) => block)
}

/** One of that many members is removed, and all others get a new key. */
export function removalCost(members: number): { elapsedMs: number; sizeBytes: number } {
  const { rooms, room } = newRoom()
  admit(rooms, room, members)
  // All acceptances are beside each other: a document joins as many of them as it may have parents.
  for (let i = 0; i * MAX_PARENTS < members; i++) say(room, `hello ${i}`)
  const startedMs = performance.now()
  const changes = room.acts.write([{ type: 'role', member: signerOf(1).author, role: 'none' }], NOW_MS)
  const elapsedMs = performance.now() - startedMs
  const documents = changes.flatMap(({ intake }) => intake.accepted)
  return { elapsedMs, sizeBytes: documents.reduce((sum, { block }) => sum + block.length, 0) }
}

/** A member receives that many messages, as many from each epoch, one by one; returns the milliseconds for each. */
export function epochsCost(epochs: number, messages: number): number {
  const store = memoryStore()
  const { rooms, room } = newRoom(store)
  const seed = admit(rooms, room, 1)
  const { id } = room.record
  const reader = roomsOf(signerOf(2))
  reader.join(id, NOW_MS, { inviteSeed: Buffer.from(seed).toString('hex') })
  receive(
    reader,
    id,
    store.documents(id, { limit: BATCH }).map(({ block }) => block),
  )
  const change = reader.require(id).acts.accept(NOW_MS)
  receive(rooms, id, change?.intake.accepted.map(({ block }) => block) ?? [])
  const blocks: Uint8Array[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { intake } of room.acts.rekey(NOW_MS)) blocks.push(...intake.accepted.map(({ block }) => block))
    for (let i = 0; i < messages / epochs; i++) {
      blocks.push(...say(room, `message ${i} of epoch ${epoch}`))
    }
  }
  const startedMs = performance.now()
  for (const block of blocks) receive(reader, id, [block])
  const elapsedMs = performance.now() - startedMs
  if (reader.require(id).keys.unread > 0) throw new Error('the member could not read all')
  return elapsedMs / blocks.length
}

/** How long so many bytes take to be sealed under the key of a node, as they are written to its disk, and to be opened. */
export function atRestCost(sizeBytes: number): { sealMs: number; openMs: number } {
  const key = new AtRestKey(Buffer.alloc(SEED_BYTES, 1))
  const state = Buffer.alloc(sizeBytes, 'a state of a room; ')
  const startedMs = performance.now()
  const sealed = key.seal(state)
  const sealedMs = performance.now()
  if (key.open(sealed)?.length !== sizeBytes) throw new Error('what was sealed does not open')
  return { sealMs: sealedMs - startedMs, openMs: performance.now() - sealedMs }
}

/** What a store takes to write so many documents, some hundred at a time, and to read all of them, in µs each. */
export function storeCost(folder: string, documents: number, sealsAll: boolean): { writeUs: number; readUs: number } {
  const store = openSqliteStore(join(folder, 'kith.db'), new AtRestKey(Buffer.alloc(SEED_BYTES, 1), sealsAll))
  const room = documentIdOfDigest(sha256(Buffer.from('room')))
  const { author } = signerOf(0)
  const block = Buffer.alloc(DOCUMENT_BYTES, 'a message; ')
  const startedMs = performance.now()
  for (let seq = 0; seq < documents; seq++) {
    const id = documentIdOfDigest(sha256(Buffer.from(`${seq}`)))
    store.apply({ type: 'put-document', document: { id, room, clock: seq + 1, author, seq, block }, removedHeads: [] })
    if (seq % PER_COMMIT === 0) store.commit()
  }
  store.commit()
  const writtenMs = performance.now()
  const read = store.documents(room, { limit: documents })
  const readMs = performance.now() - writtenMs
  store.close()
  if (read.length !== documents || read[0]?.block.length !== DOCUMENT_BYTES) throw new Error('not all is there')
  return { writeUs: (1_000 * (writtenMs - startedMs)) / documents, readUs: (1_000 * readMs) / documents }
}
