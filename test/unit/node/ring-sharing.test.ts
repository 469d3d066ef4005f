/** What a node puts into the ring of the rooms whose user said so. */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Ensured } from '../../../protocols/ensure-map/index.ts'
import type { Sealing } from '../../../protocols/file/sealed-block.ts'
import { keyOfBlock } from '../../../protocols/ring/index.ts'
import { PROVIDER_RENEW_SECONDS } from '../../../protocols/ring/constants.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../../src/kith.ts'
import {
  BLOCK_RENEW_MS,
  BLOCK_TTL_MS,
  MAX_RING_BYTES,
  MAX_RING_FILE_BLOCKS,
  MAX_RING_FILE_BYTES,
  MAX_RING_ROOTS,
  RING_PAUSE_MS,
  RING_PUT_BURST_BYTES,
  RING_PUT_BYTES_PER_SECOND,
  RING_RETRY_MS,
  RING_SETTLE_MS,
  RING_WAIT_MS,
  RingSharing,
} from '../../../src/node/ring-sharing.ts'
import type { EnsuredRow } from '../../../src/store/blocks.ts'
import { makeFile, sealedFile, type MadeFile } from '../room/shared-files.ts'
import { FakeRing } from './fake-ring.ts'
import { FileRoom } from './file-room.ts'

let room: FileRoom
let ring: FakeRing
let host: EventEmitter
let announced: BlockId[]
let sharing: RingSharing
let isTold: boolean

beforeEach(async () => {
  vi.useFakeTimers()
  room = await FileRoom.open()
  ring = new FakeRing()
  ring.hasOthers = true
  host = new EventEmitter()
  announced = []
  isTold = true
  start()
})

afterEach(async () => {
  await room.close()
  vi.useRealTimers()
})

function start(): void {
  const { machine, store, stopped } = room.core
  const providers = {
    announce: (_: unknown, id: BlockId) => {
      announced.push(id)
      return Promise.resolve(isTold)
    },
  }
  sharing = new RingSharing({ ring, providers, host: host as never, machine, store, stopped, random: () => 0.5 })
}

async function share(isOn = true): Promise<void> {
  await room.core.command({ type: 'note', room: room.id, personal: { inRing: isOn || undefined } })
  sharing.roomChanged()
}

/** A file that is here, and whose document says so. */
async function add(
  made: MadeFile & { sealing?: Sealing },
  said: Partial<Pick<Ensured, 'sizeBytes' | 'blocks'>> = {},
): Promise<MadeFile> {
  await room.arrive(made)
  await room.announce(made, made.sealing && { sealing: made.sealing })
  await room.core.command({ type: 'ensure', room: room.id, id: made.id, maxBytes: 2 ** 27 })
  const row = room.core.store.ensured(room.id, made.id)
  if (row?.state !== 'complete') throw new Error('the file is not complete')
  sharing.ensured({ ...(row as Ensured), ...said })
  return made
}

const keysOf = ({ blocks }: MadeFile): string[] => blocks.map(({ id }) => keyOfBlock(id))
const all = () => vi.advanceTimersByTimeAsync(60_000)
const left = () => sharing.files(room.id).map((file) => file.left)

it('nothing goes unless the user said so', async () => {
  await add(makeFile(1, 3))
  host.emit('connected')
  await all()
  expect([announced, ring.puts, sharing.files(room.id)]).toEqual([[], [], []])
})

it('a file is announced, and its blocks are put, each once', async () => {
  await share()
  const file = await add(makeFile(1, 3))
  expect(sharing.files(room.id)).toMatchObject([{ id: file.id, name: 'soup.pdf', isAnnounced: false, left: 'waiting' }])
  await all()
  expect(announced).toEqual([file.id])
  expect(ring.puts.toSorted()).toEqual(keysOf(file).toSorted())
  expect(ring.puts[0]).toBe(keyOfBlock(file.id))
  expect([...ring.items.values()].map(({ ttlSeconds }) => ttlSeconds * 1_000)).toEqual(Array(4).fill(BLOCK_TTL_MS))
  expect(sharing.files(room.id)).toMatchObject([{ isAnnounced: true, left: null }])
})

it('what was here before goes too, once a peer has come, but is not put where it is', async () => {
  await share()
  const [first, second] = [await add(makeFile(1, 2)), await add(makeFile(2, 2))]
  await all()
  ring.puts.length = 0
  ring.items.delete(keyOfBlock(first.blocks[1]!.id))
  announced.length = 0
  start()
  host.emit('connected')
  await vi.advanceTimersByTimeAsync(RING_SETTLE_MS - 1)
  expect(announced).toEqual([])
  await all()
  expect(announced).toEqual([second.id, first.id])
  expect(ring.puts).toEqual([keyOfBlock(first.blocks[1]!.id)])
})

it('a file is announced again before the record ends, and put again before the blocks do', async () => {
  await share()
  const file = await add(makeFile(1, 1))
  await all()
  await vi.advanceTimersByTimeAsync(PROVIDER_RENEW_SECONDS * 1_000)
  expect(announced).toEqual([file.id, file.id])
  await vi.advanceTimersByTimeAsync(BLOCK_RENEW_MS)
  expect(ring.puts).toEqual([keyOfBlock(file.id), keyOfBlock(file.id)])
  expect(BLOCK_RENEW_MS * 1.25).toBeLessThan(BLOCK_TTL_MS)
})

it('what nobody takes is tried again later', async () => {
  await share()
  isTold = false
  ring.failure = new KithError('ring-full', 'no space')
  const file = await add(makeFile(1, 1))
  await all()
  expect([announced.length, ring.puts.length]).toEqual([1, 1])
  expect(sharing.files(room.id)).toMatchObject([{ isAnnounced: false, left: 'waiting' }])
  ring.failure = undefined
  isTold = true
  await vi.advanceTimersByTimeAsync(RING_RETRY_MS)
  expect([announced.length, ring.puts.length]).toEqual([2, 2])
  expect(sharing.files(room.id)).toMatchObject([{ id: file.id, isAnnounced: true, left: null }])
})

it('while the ring has no other node, everything waits', async () => {
  ring.hasOthers = false
  await share()
  await add(makeFile(1, 1))
  await all()
  expect([announced, ring.puts]).toEqual([[], []])
  ring.hasOthers = true
  await vi.advanceTimersByTimeAsync(RING_WAIT_MS + 10 * RING_PAUSE_MS)
  expect([announced.length, ring.puts.length]).toEqual([1, 1])
})

it.each([
  ['its user said so', () => share(false)],
  ['it was let go of', async (id: BlockId) => void (await room.core.command({ type: 'release', room: room.id, id }))],
  [
    'the room is not shared',
    async () =>
      void (await room.core.command({
        ...{ type: 'share', room: room.id, peer: undefined, sharing: { policy: 'accept' } },
      })),
  ],
  ['the room was left', async () => void (await room.core.command({ type: 'leave', room: room.id }))],
])('no more goes once %s', async (_, end) => {
  await share()
  const file = await add(makeFile(1, 1))
  await all()
  await end(file.id)
  await vi.advanceTimersByTimeAsync(2 * BLOCK_RENEW_MS)
  expect([announced.length, ring.puts.length]).toEqual([1, 1])
  expect(sharing.files(room.id)).toEqual([])
})

it('a room that was left is not in the ring when its user comes back', async () => {
  await share()
  await room.core.command({ type: 'leave', room: room.id })
  await room.core.command({ type: 'join', room: room.id })
  expect(room.rooms.get(room.id).inRing()).toEqual({ isOn: false, files: [] })
})

describe('of a private room', () => {
  beforeEach(() => room.makePrivate())

  it('only sealed blocks go', async () => {
    await share()
    const plain = await add(makeFile(1, 3))
    await all()
    expect(announced).toEqual([plain.id])
    expect(ring.puts).toEqual([])
    expect(left()).toEqual(['not-sealed'])
    const sealed = await add(sealedFile(makeFile(2, 3)))
    await all()
    expect(ring.puts.toSorted()).toEqual(keysOf(sealed).toSorted())
  })

  it('a file that is shared both sealed and not does not go', async () => {
    await share()
    const sealed = sealedFile(makeFile(2, 1))
    await room.announce(sealed)
    await add(sealed)
    await all()
    expect(ring.puts).toEqual([])
  })
})

it('what is linked to and is no file is announced only', async () => {
  await share()
  const made = makeFile(1, 2)
  await room.arrive(made)
  await room.write('note', new Uint8Array(0), [made.id])
  await room.core.command({ type: 'ensure', room: room.id, id: made.id })
  sharing.ensured(room.core.store.ensured(room.id, made.id) as Ensured)
  await all()
  expect([announced, ring.puts]).toEqual([[made.id], []])
  expect(sharing.files(room.id)).toEqual([])
})

describe('limits', () => {
  it('a file of more bytes does not go, one of as many does', async () => {
    await share()
    await add(makeFile(1, 1), { sizeBytes: MAX_RING_FILE_BYTES })
    await add(makeFile(2, 1), { sizeBytes: MAX_RING_FILE_BYTES + 1 })
    await all()
    expect(left()).toEqual([null, 'too-large'])
    expect(ring.puts).toHaveLength(1)
  })

  it('a file of more blocks does not go, one of as many does', async () => {
    await share()
    await add(makeFile(1, 1), { blocks: MAX_RING_FILE_BLOCKS })
    await add(makeFile(2, 1), { blocks: MAX_RING_FILE_BLOCKS + 1 })
    await all()
    expect(left()).toEqual([null, 'too-large'])
    expect(ring.puts).toHaveLength(1)
  })

  it('older files do not go where newer ones take the space', async () => {
    await share()
    const count = MAX_RING_BYTES / MAX_RING_FILE_BYTES
    await add(makeFile(0, 1), { sizeBytes: 1 })
    for (let seed = 1; seed <= count; seed++) {
      await add(makeFile(seed, 1), { sizeBytes: MAX_RING_FILE_BYTES })
      await add(makeFile(100 + seed, 1), { sizeBytes: MAX_RING_FILE_BYTES + 1 })
    }
    await all()
    const goes = Array.from({ length: count }, () => [null, 'too-large']).flat()
    expect(left()).toEqual(['too-many', ...goes])
    expect(ring.puts).toHaveLength(count)
  })

  describe('of several rooms', () => {
    let today: MadeFile

    /** A file of today in the first room, and in one that was joined later as many old ones as go. */
    beforeEach(async () => {
      const { store } = room.core
      await share()
      today = await add(makeFile(1, 1))
      store.apply({ type: 'put-ensured', row: { ...store.ensured(room.id, today.id)!, addedAtMs: 1_000 } })
      const { room: later } = await room.core.command({ type: 'create', name: 'Pantry', app: 'chat' })
      await room.core.command({ type: 'note', room: later!, personal: { inRing: true } })
      for (let i = 0; i < MAX_RING_BYTES / MAX_RING_FILE_BYTES; i++) {
        const { id } = makeFile(10 + i, 1)
        store.apply({
          type: 'put-ensured',
          row: { ...rowOf(id), room: later, addedAtMs: i, sizeBytes: MAX_RING_FILE_BYTES },
        })
      }
    })

    it.each([
      [
        'after a restart',
        () => {
          start()
          host.emit('connected')
        },
      ],
      ['once the other room is in the ring', () => sharing.roomChanged()],
    ])('%s, a new file goes before old ones of a room that was joined later', async (_, load) => {
      // Nothing of what ran before goes on.
      vi.clearAllTimers()
      host.removeAllListeners()
      load()
      expect(left()).toEqual(['waiting'])
      await all()
      expect(left()).toEqual([null])
      expect(announced[0]).toBe(today.id)
      expect(announced).toHaveLength(1 + MAX_RING_BYTES / MAX_RING_FILE_BYTES)
    })
  })

  it(`no more than ${MAX_RING_ROOTS} roots are kept in mind, the newest`, async () => {
    await share()
    const { store } = room.core
    const ids: BlockId[] = []
    for (let seed = 0; seed <= MAX_RING_ROOTS; seed++) {
      const { id } = makeFile(seed, 1, 8)
      ids.push(id)
      store.apply({ type: 'put-ensured', row: rowOf(id) })
      sharing.ensured(rowOf(id) as Ensured)
    }
    await vi.advanceTimersByTimeAsync((MAX_RING_ROOTS + 10) * RING_PAUSE_MS)
    expect(announced).toHaveLength(MAX_RING_ROOTS)
    expect(announced).not.toContain(ids[0])
  })

  it('a burst of bytes is put at once, and then so many a second', async () => {
    await share()
    const partBytes = RING_PUT_BURST_BYTES / 8
    const file = await add(makeFile(1, 10, partBytes))
    await vi.advanceTimersByTimeAsync(20 * RING_PAUSE_MS)
    const atOnce = ring.puts.length
    expect(atOnce).toBeLessThan(file.blocks.length)
    expect(atOnce).toBeGreaterThanOrEqual(8)
    await vi.advanceTimersByTimeAsync(
      (partBytes / RING_PUT_BYTES_PER_SECOND) * 1_000 * (file.blocks.length - atOnce + 1),
    )
    expect(ring.puts).toHaveLength(file.blocks.length)
  })
})

const rowOf = (id: BlockId): EnsuredRow => ({
  ...{ room: room.id, id, state: 'complete', failure: undefined, pinned: false, maxBytes: undefined, jobs: [] },
  ...{ addedAtMs: 0, blocks: 1, sizeBytes: 8 },
})
