import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiClient, openApi } from '../../../src/api/client.ts'
import { MAX_STREAMS, serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { KithError } from '../../../src/kith.ts'
import type { AddFileOptions, EnsureStatus, FileInfo, FileProgress, RoomProgress } from '../../../src/kith.ts'
import { FakeEnsured } from './fake-files.ts'
import { FakeNode } from './fake-node.ts'
import type { FakeRoom } from './fake-room.ts'

let node: FakeNode
let room: FakeRoom
let dataDir: string
let api: ApiServer
let client: ApiClient
const onInternalError = vi.fn<(error: Error) => void>()

beforeEach(async () => {
  onInternalError.mockReset()
  node = new FakeNode()
  room = node.add('Kitchen', 'chat')
  dataDir = mkdtempSync(join(tmpdir(), 'kith-tasks-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError })
  client = openApi(dataDir)
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

const HALF: FileProgress = { id: null, bytes: 5, sizeBytes: 10, bytesPerSecond: 1, peers: 0 }

/** Makes `files.add` report half of its work, and leaves the rest to the test. */
function halfAdded() {
  const end = Promise.withResolvers<FileInfo>()
  const signals: AbortSignal[] = []
  vi.spyOn(room.files, 'add').mockImplementation((_path, { onProgress, signal }: AddFileOptions = {}) => {
    signals.push(signal!)
    signal!.addEventListener('abort', () => end.reject(signal!.reason))
    onProgress?.(HALF)
    return end.promise
  })
  return { ...end, signals }
}

describe('the history of a room', () => {
  const catchUp = (told: RoomProgress[] = [], signal?: AbortSignal) =>
    client.run('rooms.usable', { room: 'Kitchen' }, { onProgress: (progress) => told.push(progress), signal })

  test('is waited for with progress until nothing is missing', async () => {
    room.missing = 5_000
    room.perSecond = 1_000
    const told: RoomProgress[] = []
    const caughtUp = catchUp(told)
    await vi.waitFor(() => expect(told).toHaveLength(1))
    room.advance(2_500, 1_000)
    await vi.waitFor(() => expect(told).toHaveLength(2))
    room.advance(0, 1_000)
    expect(await caughtUp).toMatchObject({ missing: 0 })
    expect(told.map(({ missing, remainingMs }) => [missing, remainingMs])).toEqual([
      [5_000, 5_000],
      [2_500, 2_500],
      [0, 0],
    ])
    expect(room.listenerCount('progress')).toBe(0)
  })

  test('is waited for no longer once nothing comes', async () => {
    Object.assign(room, { missing: 5_000, perSecond: 1_000 })
    const told: RoomProgress[] = []
    const caughtUp = catchUp(told)
    await vi.waitFor(() => expect(told).toHaveLength(1))
    room.advance(5_000, 0)
    expect(await caughtUp).toMatchObject({ missing: 5_000, remainingMs: null })
  })

  test('is waited for no longer once its state is here', async () => {
    Object.assign(room, { missing: 5_000, perSecond: 1_000 })
    const caughtUp = catchUp()
    await vi.waitFor(() => expect(room.listenerCount('joined')).toBe(1))
    room.emit('joined', room.summary())
    expect(await caughtUp).toMatchObject({ missing: 5_000 })
    expect(room.listenerCount('joined')).toBe(0)
    room.provisional = { of: 'checkpoint', author: 'bob', documents: 5_000 }
    expect(await catchUp()).toMatchObject({ missing: 5_000 })
  })

  test('is waited for before anything is known of it, and before anything of its state has come', async () => {
    room.isJoining = true
    const told: RoomProgress[] = []
    const caughtUp = catchUp(told)
    await vi.waitFor(() => expect(told).toHaveLength(1))
    room.emit('progress', { ...room.progress(), what: 'state', known: 2_000, missing: 2_000, perSecond: 0 })
    await vi.waitFor(() => expect(told).toMatchObject([{ missing: 0 }, { what: 'state' }]))
    room.isJoining = false
    room.emit('joined', room.summary())
    expect(await caughtUp).toMatchObject({ missing: 0 })
  })

  test('that is here is not waited for, nor reported', async () => {
    const told: RoomProgress[] = []
    expect(await catchUp(told)).toMatchObject({ missing: 0 })
    expect(told).toEqual([])
    expect(await client.call('rooms.progress', { room: 'Kitchen' })).toEqual(room.progress())
  })

  test('is waited for by whoever wants all of it, while the state is that of a checkpoint', async () => {
    expect(await client.run('rooms.replayed', { room: 'Kitchen' })).toEqual(room.summary())
    room.provisional = { of: 'checkpoint', author: 'bob', documents: 5_000 }
    const told: RoomProgress[] = []
    const replayed = client.run(
      'rooms.replayed',
      { room: 'Kitchen' },
      { onProgress: (progress) => told.push(progress) },
    )
    await vi.waitFor(() => expect(room.listenerCount('room')).toBe(1))
    room.emit('room', room.summary())
    room.advance(2_000, 1_000)
    room.provisional = null
    room.emit('room', room.summary())
    expect(await replayed).toEqual(room.summary())
    expect(told).toMatchObject([{ missing: 2_000 }])
    expect(room.listenerCount('room') + room.listenerCount('progress')).toBe(0)
  })

  test('is waited for no longer than its reader', async () => {
    Object.assign(room, { missing: 5_000, perSecond: 1_000 })
    const reader = new AbortController()
    const caughtUp = catchUp([], reader.signal)
    await vi.waitFor(() => expect(room.listenerCount('progress')).toBe(1))
    reader.abort()
    await expect(caughtUp).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitFor(() => expect(room.listenerCount('progress')).toBe(0))
  })
})

describe('files', () => {
  test('are added and saved with progress', async () => {
    const add = vi.spyOn(room.files, 'add')
    const adding: FileProgress[] = []
    const added = await client.run(
      'files.add',
      { room: 'Kitch', path: '/tmp/x', name: 'soup.pdf' },
      { onProgress: (progress) => adding.push(progress) },
    )
    expect(added).toEqual(room.files.get('soup.pdf'))
    expect(add).toHaveBeenCalledWith('/tmp/x', expect.objectContaining({ name: 'soup.pdf' }))
    expect(adding).toEqual([{ id: null, bytes: 512, sizeBytes: 1536, bytesPerSecond: 1024, peers: 0 }])

    const save = vi.spyOn(room.files, 'save')
    const saved = await client.run('files.save', {
      room: 'Kitchen',
      file: 'soup.pdf',
      path: '/tmp/copy',
      overwrite: true,
      umask: 0o027,
    })
    expect(saved).toEqual({ path: '/tmp/copy', file: added })
    expect(save).toHaveBeenCalledWith(
      'soup.pdf',
      expect.objectContaining({ path: '/tmp/copy', overwrite: true, umask: 0o027 }),
    )
  })

  test('are saved with the umask of the node if the client has none', async () => {
    room.files.put('soup.pdf')
    const save = vi.spyOn(room.files, 'save')
    await client.run('files.save', { room: 'Kitchen', file: 'soup.pdf' })
    expect(save.mock.lastCall?.[1]).not.toHaveProperty('umask')
    await api.close()
    api = await serveApi(node, { dataDir, umask: 0o002, onStop: vi.fn(), onInternalError })
    client = openApi(dataDir)
    await client.run('files.save', { room: 'Kitchen', file: 'soup.pdf' })
    expect(save).toHaveBeenLastCalledWith('soup.pdf', expect.objectContaining({ umask: 0o002 }))
    await client.run('files.save', { room: 'Kitchen', file: 'soup.pdf', umask: 0 })
    expect(save).toHaveBeenLastCalledWith('soup.pdf', expect.objectContaining({ umask: 0 }))
  })

  test.each([-1, 0o1000, 1.5])('are not saved with a umask of %d', async (umask) => {
    room.files.put('soup.pdf')
    await expect(client.run('files.save', { room: 'Kitchen', file: 'soup.pdf', umask })).rejects.toMatchObject({
      code: 'bad-request',
    })
  })

  test('are listed, pinned and limited', async () => {
    const file = room.files.put('soup.pdf')
    expect(await client.call('files.list', { room: 'Kitchen' })).toEqual([file])
    expect(await client.call('files.pin', { room: 'Kitchen', file: 'soup.pdf' })).toMatchObject({ pinned: true })
    expect(await client.call('files.unpin', { room: 'Kitchen', file: file.id })).toMatchObject({ pinned: false })
    const limits = await client.call('files.limits', { room: 'Kitchen' })
    expect(await client.call('files.setLimits', { room: 'Kitchen', autoFetchBytesMax: 0 })).toEqual({
      ...limits,
      autoFetchBytesMax: 0,
    })
    await expect(client.call('files.setLimits', { room: 'Kitchen', bytesMax: 1 })).rejects.toMatchObject({
      code: 'quota',
    })
    await expect(client.call('files.pin', { room: 'Kitchen', file: 'cake' })).rejects.toMatchObject({
      code: 'no-such-file',
    })
  })
})

describe('wants', () => {
  test('are added, listed and removed', async () => {
    expect(await client.call('wants.add', { id: 'bafkone' })).toMatchObject({ room: null, state: 'searching' })
    expect(await client.call('wants.add', { id: 'bafktwo', room: 'Kitch' })).toMatchObject({ room: room.id })
    node.ensured[0]?.complete()
    const idsOf = (wants: EnsureStatus[]): string[] => wants.map(({ id }) => id)
    expect(idsOf(await client.call('wants.list', {}))).toEqual(['bafktwo'])
    expect(idsOf(await client.call('wants.list', { all: true }))).toEqual(['bafkone', 'bafktwo'])
    await expect(client.call('wants.remove', { id: 'bafktwo' })).rejects.toMatchObject({ code: 'no-such-want' })
    expect(await client.call('wants.remove', { id: 'bafktwo', room: 'Kitchen' })).toEqual({ id: 'bafktwo' })
    expect(await client.call('wants.list', {})).toEqual([])
    await expect(client.call('wants.add', { id: 'no cid' })).rejects.toMatchObject({ code: 'bad-id' })
  })

  test('are answered once they are durable', async () => {
    const noting = Promise.withResolvers<void>()
    const ensured = new FakeEnsured('bafkone', null, { noted: noting.promise })
    const ensure = vi.spyOn(node, 'ensure').mockReturnValue(ensured)
    const answered = vi.fn()
    const adding = client.call('wants.add', { id: 'bafkone' }).then(answered)
    await vi.waitFor(() => expect(ensure).toHaveBeenCalled())
    await client.call('id', {}) // a later call is answered meanwhile
    expect(answered).not.toHaveBeenCalled()
    ensured.move({ known: 3 })
    noting.resolve()
    await adding
    expect(answered).toHaveBeenCalledWith(expect.objectContaining({ id: 'bafkone', known: 3 }))
  })

  test('that cannot be added are refused with the same code', async () => {
    const error = new KithError('too-many', 'The node is looking for many things already.')
    vi.spyOn(node, 'ensure').mockImplementation((id) => {
      return new FakeEnsured(id, null, { noted: Promise.reject(error) })
    })
    const refusal = { name: 'ApiError', code: error.code, message: error.message }
    await expect(client.call('wants.add', { id: 'bafkone' })).rejects.toMatchObject(refusal)
    await expect(client.run('wants.wait', { id: 'bafkone' })).rejects.toMatchObject(refusal)
    expect(onInternalError).not.toHaveBeenCalled()
  })

  test('that fail while nobody waits break nothing', async () => {
    await client.call('wants.add', { id: 'bafkone' })
    node.ensured[0]?.fail('it is too large')
    expect(await client.call('wants.list', {})).toMatchObject([{ state: 'failed', failure: 'it is too large' }])
  })

  test('are waited for, with their progress', async () => {
    const seen: number[] = []
    const waiting = client.run('wants.wait', { id: 'bafkone' }, { onProgress: ({ have }) => seen.push(have) })
    await vi.waitFor(() => expect(seen).toEqual([0]))
    node.ensured[0]?.move({ known: 3, have: 1 })
    await vi.waitFor(() => expect(seen).toEqual([0, 1]))
    node.ensured[0]?.complete()
    expect(await waiting).toMatchObject({ state: 'complete', have: 3 })
    expect(node.ensured[0]?.listenerCount('progress')).toBe(0)
  })

  test('continue when the one who waits disconnects', async () => {
    const leaving = new AbortController()
    const seen = vi.fn()
    const waiting = client.run('wants.wait', { id: 'bafkone' }, { signal: leaving.signal, onProgress: seen })
    await vi.waitFor(() => expect(seen).toHaveBeenCalled())
    leaving.abort()
    await expect(waiting).rejects.toBe(leaving.signal.reason)
    await vi.waitFor(() => expect(node.ensured[0]?.listenerCount('progress')).toBe(0))
    expect(node.wants()).toMatchObject([{ state: 'searching' }])
  })

  test('that cannot be fetched end the waiting with that code', async () => {
    const waiting = client.run('wants.wait', { id: 'bafkone' })
    await vi.waitFor(() => expect(node.ensured).toHaveLength(1))
    node.ensured[0]?.fail('a block is not what its id says')
    await expect(waiting).rejects.toMatchObject({ code: 'cannot-have', message: 'a block is not what its id says' })
  })
})

test('blocks keep their bytes', async () => {
  const block = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  node.blocks.set('bafkone', block)
  expect(await client.call('block', { id: 'bafkone' })).toEqual({ block: Buffer.from(block).toString('base64') })
  expect(await client.call('block', { id: 'bafktwo' })).toEqual({})
})

test('gc removes blocks, or only says how many', async () => {
  node.garbage = { blocks: 2, sizeBytes: 20 }
  const report = await client.call('gc', { dryRun: true })
  expect(report).toEqual(node.garbage)
  expect(await client.call('gc', {})).toEqual(report)
  expect(await client.call('gc', {})).toEqual({ blocks: 0, sizeBytes: 0 })
})

describe('a task', () => {
  const input = { room: 'Kitchen', path: '/tmp/x' }

  test('of an unknown room is not started', async () => {
    const add = vi.spyOn(room.files, 'add')
    await expect(client.run('files.add', { ...input, room: 'Attic' })).rejects.toMatchObject({ code: 'no-such-room' })
    expect(add).not.toHaveBeenCalled()
  })

  test('that fails in the middle ends with its code', async () => {
    const { reject } = halfAdded()
    const onProgress = vi.fn(() => reject(new KithError('quota', 'More than the room may keep.')))
    await expect(client.run('files.add', input, { onProgress })).rejects.toMatchObject({
      name: 'ApiError',
      code: 'quota',
      message: 'More than the room may keep.',
    })
    expect(onProgress.mock.calls).toEqual([[HALF]])
    expect(onInternalError).not.toHaveBeenCalled()
  })

  test('that fails because of a bug reports it to both sides', async () => {
    const { reject } = halfAdded()
    const adding = client.run('files.add', input, { onProgress: () => reject(new TypeError('oops')) })
    await expect(adding).rejects.toMatchObject({ code: 'internal', message: 'oops' })
    expect(onInternalError.mock.calls).toEqual([[new TypeError('oops')]])
  })

  test('is aborted in the node when its client disconnects', async () => {
    const { signals } = halfAdded()
    const leaving = new AbortController()
    const adding = client.run('files.add', input, { signal: leaving.signal, onProgress: () => leaving.abort() })
    await expect(adding).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true))
    expect(onInternalError).not.toHaveBeenCalled()
  })

  test('is aborted, and says so, when the API closes', async () => {
    const { signals } = halfAdded()
    const closing = Promise.withResolvers<void>()
    const adding = client.run('files.add', input, { onProgress: () => closing.resolve(api.close()) })
    await expect(adding).rejects.toMatchObject({ code: 'stopped' })
    expect(signals[0]?.aborted).toBe(true)
    await closing.promise
  })

  test('counts as a stream until it has ended in the node', async () => {
    const end = Promise.withResolvers<FileInfo>()
    const signals: AbortSignal[] = []
    // Goes on although it is aborted.
    vi.spyOn(room.files, 'add').mockImplementation((_path, { onProgress, signal }: AddFileOptions = {}) => {
      signals.push(signal!)
      onProgress?.(HALF)
      return end.promise
    })
    const leaving = new AbortController()
    const begun = vi.fn()
    const tasks = Array.from({ length: MAX_STREAMS }, () =>
      client.run('files.add', input, { signal: leaving.signal, onProgress: begun }),
    )
    const ended = Promise.allSettled(tasks)
    await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(MAX_STREAMS))
    await expect(client.run('files.add', input)).rejects.toMatchObject({ code: 'busy' })
    leaving.abort()
    await ended
    await vi.waitFor(() => expect(signals.map(({ aborted }) => aborted)).toEqual(tasks.map(() => true)))
    await expect(client.run('files.add', input)).rejects.toMatchObject({ code: 'busy' })
    end.resolve(room.files.put('soup.pdf'))
    await vi.waitFor(async () => expect(await client.run('files.add', input)).toMatchObject({ name: 'soup.pdf' }))
  })

  test('whose answer ends without a result has broken off', async () => {
    const server = createServer((_request, response) => void response.end(`${JSON.stringify({ progress: HALF })}\n`))
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const onProgress = vi.fn()
    await expect(new ApiClient({ url, token: 't' }).run('files.add', input, { onProgress })).rejects.toMatchObject({
      code: 'broken-off',
    })
    expect(onProgress).toHaveBeenCalledWith(HALF)
    await new Promise((resolve) => void server.close(resolve))
  })
})
