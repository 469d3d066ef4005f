import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { KithError } from '../../../src/kith.ts'
import type { AddFileOptions, FileInfo, SaveFileOptions } from '../../../src/kith.ts'
import { FakeNode } from '../api/fake-node.ts'
import type { FakeRoom } from '../api/fake-room.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

let node: FakeNode
let room: FakeRoom
let dataDir: string
let api: ApiServer

beforeEach(async () => {
  node = new FakeNode()
  room = node.add('Kitchen', 'chat')
  dataDir = mkdtempSync(join(tmpdir(), 'kith-file-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

function run(argv: string[], terminal?: FakeTerminal) {
  return kith(['file', ...argv, '--data', dataDir], terminal)
}

/** A call that reports a third of the progress and then hangs until it is aborted. */
function endless(signals: AbortSignal[], id: string | null = 'bafkfile1') {
  return (_reference: string, { onProgress, signal }: AddFileOptions | SaveFileOptions = {}): Promise<never> => {
    signals.push(signal!)
    onProgress?.({ id, bytes: 512, sizeBytes: 1536, bytesPerSecond: 256, peers: 2 })
    return new Promise((_resolve, reject) => {
      signal!.addEventListener('abort', () => reject(new KithError('cancelled', 'It was cancelled.')))
    })
  }
}

describe('add', () => {
  test('passes absolute paths to the node, and prints CID, name and size', async () => {
    const add = vi.spyOn(room.files, 'add')
    expect(await run(['add', 'Kitchen', 'soup.pdf', '/tmp/../menu'])).toEqual({
      exitCode: 0,
      out: 'bafkfile1  soup.pdf  (1.5 KiB)\nbafkfile2  menu  (1.5 KiB)\n',
      err: '',
    })
    expect(add.mock.calls.map(([path]) => path)).toEqual([resolve('soup.pdf'), '/menu'])
  })

  test('tells each of several reasons on a line of its own, and as a list in JSON', async () => {
    const reasons = ['/tmp/a/link is a symbolic link', 'the name "b\u001b" in /tmp/a cannot be used']
    vi.spyOn(room.files, 'add').mockRejectedValue(new KithError('bad-name', '/tmp/a: for 2 reasons', { reasons }))
    expect(await run(['add', 'Kitchen', '/tmp/a'])).toEqual({
      exitCode: 2,
      out: '',
      err: `kith: /tmp/a: for 2 reasons:\n  ${reasons[0]}\n  the name "b" in /tmp/a cannot be used\n`,
    })
    const { err } = await run(['add', 'Kitchen', '/tmp/a', '--json'])
    expect(JSON.parse(err)).toEqual({
      error: { code: 'bad-name', message: `/tmp/a: for 2 reasons: ${reasons.join('; ')}`, reasons },
    })
  })

  test('accepts a name, and prints JSON for each path', async () => {
    await run(['add', 'Kitchen', '/tmp/x81', '--name', 'soup.pdf'])
    expect(room.files.list()).toMatchObject([{ name: 'soup.pdf' }])
    const lines = (await run(['add', 'Kitchen', 'a', 'b', '--json'])).out.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as FileInfo).name)).toEqual(['a', 'b'])
  })

  test('shows its progress on one line of a terminal', async () => {
    const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    await run(['add', 'Kitchen', '/tmp/soup\u001b.pdf'], terminal)
    expect(terminal.err.split('\r\u001b[K')).toEqual([
      '',
      'Adding /tmp/soup.pdf…',
      `[${'#'.repeat(10)}${'.'.repeat(20)}]  33%  512 B of 1.5 KiB  1.0 KiB/s  1 s left`,
      '',
    ])
  })

  test('stops at the first failure', async () => {
    const add = vi.spyOn(room.files, 'add')
    add.mockImplementationOnce(async (_path, { onProgress }: AddFileOptions = {}) => {
      onProgress?.({ id: null, bytes: 512, sizeBytes: 1536, bytesPerSecond: 256, peers: 0 })
      await Promise.resolve()
      throw new KithError('quota', 'More than the room may keep.')
    })
    expect(await run(['add', 'Kitchen', 'a', 'b'])).toEqual({
      exitCode: 1,
      out: '',
      err: 'kith: More than the room may keep.\n',
    })
    expect(add).toHaveBeenCalledOnce()
  })

  test.each([
    ['bad-path', 2],
    ['bad-name', 2],
    ['too-large', 2],
    ['disk-full', 1],
  ] as const)('that fails with %s exits with %i', async (code, exitCode) => {
    vi.spyOn(room.files, 'add').mockRejectedValue(new KithError(code, 'It does not work.'))
    const { exitCode: ended, err } = await run(['add', 'Kitchen', 'a', '--json'])
    expect({ ended, err: JSON.parse(err) as unknown }).toEqual({
      ended: exitCode,
      err: { error: { code, message: 'It does not work.' } },
    })
  })

  test('Ctrl-C ends it in the node, too', async () => {
    const signals: AbortSignal[] = []
    vi.spyOn(room.files, 'add').mockImplementation(endless(signals))
    const terminal = new FakeTerminal()
    const adding = run(['add', 'Kitchen', '/tmp/a', '/tmp/b'], terminal)
    await vi.waitFor(() => expect(signals).toHaveLength(1))
    await terminal.interrupt()
    expect(await adding).toEqual({
      exitCode: 1,
      out: '',
      err: `kith: Stopped while adding /tmp/a. To see what was added: kith file list Kitchen --data ${dataDir}\n`,
    })
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true))
    expect(terminal.interruptible).toBe(false)
  })
})

describe('list', () => {
  test('prints a table, sanitises names, and says why files failed', async () => {
    room.files.put('soup.pdf', { pinned: true, versions: 2 })
    room.files.put('photos', { type: 'folder', state: 'fetching', sizeBytes: 3 * 2 ** 20 })
    room.files.put('c\u001b[2Jake\u202e', {
      state: 'failed',
      failure: 'its size\u0007 is wrong',
      authorName: 'Ev\u001bil',
    })
    expect((await run(['list', 'Kitchen'])).out.split('\n')).toEqual([
      'NAME                     VERSION  SIZE     STATE     PINNED  AUTHOR  TIME              CID',
      'soup.pdf                 1 of 2   1.5 KiB  here      yes     Bob     1999-01-02 12:00  bafkfile1',
      'photos/                  -        3.0 MiB  fetching  no      Bob     1999-01-02 12:00  bafkfile2',
      'c⟨U+001B⟩[2Jake⟨U+202E⟩  -        1.5 KiB  failed    no      Evil    1999-01-02 12:00  bafkfile3',
      'c⟨U+001B⟩[2Jake⟨U+202E⟩: its size is wrong',
      '',
    ])
    expect(JSON.parse((await run(['list', 'Kitchen', '--json'])).out)).toEqual(room.files.list())
  })

  test('lists once what its author shared again, with the newest time, and all else by itself', async () => {
    const at = (hour: number): number => new Date(1999, 0, 2, hour, 0).getTime()
    const [id, author] = ['bafkmenu', '12D3KooWAnna']
    room.files.put('menu', { ...{ id, version: 1, versions: 3 }, timeMs: at(1) })
    room.files.put('soup.pdf', { timeMs: at(2) })
    room.files.put('menu', { ...{ id, version: 1, versions: 3 }, timeMs: at(3) })
    room.files.put('menu', { ...{ id, version: 1, versions: 3 }, author, authorName: 'Anna', timeMs: at(4) })
    room.files.put('menu', { version: 2, versions: 3, timeMs: at(5) })
    room.files.put('menu', { ...{ id, version: 3, versions: 3 }, timeMs: at(6) })
    room.files.put('carte', { id, timeMs: at(7) })
    const rows = (await run(['list', 'Kitchen'])).out.trimEnd().split('\n')
    expect(
      rows.map((row) => row.split(/  +/)).map(([name, version, , , , by, time]) => [name, version, by, time]),
    ).toEqual([
      ['NAME', 'VERSION', 'AUTHOR', 'TIME'],
      ['soup.pdf', '-', 'Bob', '1999-01-02 02:00'],
      ['menu', '1 of 3', 'Bob', '1999-01-02 03:00, shared 2 times'],
      ['menu', '1 of 3', 'Anna', '1999-01-02 04:00'],
      ['menu', '2 of 3', 'Bob', '1999-01-02 05:00'],
      ['menu', '3 of 3', 'Bob', '1999-01-02 06:00'],
      ['carte', '-', 'Bob', '1999-01-02 07:00'],
    ])
    expect(JSON.parse((await run(['list', 'Kitchen', '--json'])).out)).toHaveLength(7)
  })

  test('without any, says what to do', async () => {
    expect((await run(['list', 'Kitchen'])).out).toBe(
      `No files yet. Share one: kith file add Kitchen PATH --data ${dataDir}\n`,
    )
  })
})

describe('get', () => {
  test("saves in the terminal's folder, or at the path of -o", async () => {
    room.files.put('soup.pdf')
    const save = vi.spyOn(room.files, 'save')
    expect(await run(['get', 'Kitchen', 'soup.pdf'])).toEqual({
      exitCode: 0,
      out: `Saved soup.pdf (1.5 KiB) as ${resolve('.')}\n`,
      err: '',
    })
    expect(save.mock.lastCall?.[1]).toMatchObject({ path: resolve('.'), umask: process.umask() })
    expect(save.mock.lastCall?.[1]).not.toHaveProperty('overwrite')
    const { out } = await run(['get', 'Kitchen', 'bafkfile1', '-o', 'copies', '--overwrite', '--json'])
    expect(JSON.parse(out)).toEqual({ path: resolve('copies'), file: room.files.get('soup.pdf') })
    expect(save.mock.lastCall?.[1]).toMatchObject({ path: resolve('copies'), overwrite: true })
  })

  test.each([
    ['get', 'Kitchen', 'soup.pdf', '-o', '-'],
    ['add', 'Kitchen', '-'],
  ])('%s of - is refused, as that is not a file', async (...argv) => {
    room.files.put('soup.pdf', {})
    const { exitCode, err } = await run(argv)
    expect(exitCode).toBe(2)
    expect(err).toContain('standard input or output')
    expect((await run(['get', 'Kitchen', 'soup.pdf', '-o', './-'])).exitCode).toBe(0)
  })

  test('gets the newest version, or the one that is asked for, and says whose it is', async () => {
    room.files.put('soup.pdf', { version: 1, versions: 2 })
    room.files.put('soup.pdf', { version: 2, versions: 2, authorName: 'An\u001bna' })
    const path = resolve('.')
    expect((await run(['get', 'Kitchen', 'soup.pdf'])).out).toBe(
      `Saved soup.pdf (1.5 KiB, version 2 of 2, from Anna) as ${path}\n`,
    )
    expect((await run(['get', 'Kitchen', 'soup.pdf', '--version', '1'])).out).toBe(
      `Saved soup.pdf (1.5 KiB, version 1 of 2, from Bob) as ${path}\n`,
    )
    expect((await run(['pin', 'Kitchen', 'soup.pdf', '--version=1'])).exitCode).toBe(0)
    expect(room.files.list().map(({ pinned }) => pinned)).toEqual([true, false])
    expect((await run(['unpin', 'Kitchen', 'soup.pdf', '--version', '1'])).exitCode).toBe(0)
    expect((await run(['get', 'Kitchen', 'soup.pdf', '--version', 'old'])).exitCode).toBe(2)
    // Elsewhere, it is that of Kith.
    expect((await run(['list', 'Kitchen', '--version'])).out).toMatch(/^\d+\.\d+\.\d+/)
    expect((await kith(['--json', '--version'])).out).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('shows bytes, rate, peers and time left on a terminal', async () => {
    room.files.put('soup.pdf')
    const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    await run(['get', 'Kitchen', 'soup.pdf'], terminal)
    expect(terminal.err.split('\r\u001b[K')).toEqual([
      '',
      'Fetching soup.pdf…',
      expect.stringMatching(/^\[#+\.+\] {2}33% {2}512 B of 1\.5 KiB {2}1\.0 KiB\/s {2}2 peers {2}1 s left$/),
      '',
    ])
  })

  test.each([
    ['file-exists', 1],
    ['bad-file', 1],
    ['bad-path', 2],
  ] as const)('that fails with %s exits with %i', async (code, exitCode) => {
    vi.spyOn(room.files, 'save').mockRejectedValue(new KithError(code, 'It does not work.'))
    expect(await run(['get', 'Kitchen', 'x'])).toEqual({ exitCode, out: '', err: 'kith: It does not work.\n' })
  })

  test('of an unknown file fails', async () => {
    expect(await run(['get', 'Kitchen', 'cake'])).toEqual({
      exitCode: 1,
      out: '',
      err: 'kith: There is no file "cake".\n',
    })
  })

  test('says how to resume after Ctrl-C', async () => {
    const signals: AbortSignal[] = []
    vi.spyOn(room.files, 'save').mockImplementation(endless(signals))
    const terminal = new FakeTerminal({}, true)
    const getting = run(['get', 'Kitchen', 'hot soup.pdf', '-o', 'my copy', '--overwrite'], terminal)
    await vi.waitFor(() => expect(terminal.err).toContain('33%'))
    await terminal.interrupt()
    const { exitCode, err } = await getting
    expect({ exitCode, err: err.split('\r\u001b[K').at(-1) }).toEqual({
      exitCode: 1,
      err:
        'kith: Stopped waiting; the node goes on fetching in the background. To save it: ' +
        `kith file get Kitchen 'hot soup.pdf' -o 'my copy' --overwrite --data ${dataDir}  ` +
        `To end the fetch: kith unwant bafkfile1 --room Kitchen --data ${dataDir}\n`,
    })
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true))
  })

  test('names no fetch that has not begun after Ctrl-C', async () => {
    const save = vi.spyOn(room.files, 'save').mockImplementation((_reference, { signal } = {}) => {
      return new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(new Error('aborted'))))
    })
    const terminal = new FakeTerminal()
    const getting = run(['get', 'Kitchen', 'soup.pdf'], terminal)
    await vi.waitFor(() => expect(save).toHaveBeenCalled())
    await terminal.interrupt()
    expect((await getting).err).toBe(`kith: Stopped. To save it: kith file get Kitchen soup.pdf --data ${dataDir}\n`)
  })

  test('fails when the node stops', async () => {
    const signals: AbortSignal[] = []
    vi.spyOn(room.files, 'save').mockImplementation(endless(signals))
    const getting = run(['get', 'Kitchen', 'soup.pdf'])
    await vi.waitFor(() => expect(signals).toHaveLength(1))
    await api.close()
    expect(await getting).toEqual({ exitCode: 1, out: '', err: 'kith: the node has stopped\n' })
  })
})

test('pin and unpin', async () => {
  room.files.put('soup.pdf', { state: 'fetching' })
  expect((await run(['pin', 'Kitchen', 'soup.pdf'])).out).toBe('Pinned soup.pdf; it is fetching.\n')
  expect(room.files.get('soup.pdf').pinned).toBe(true)
  expect((await run(['unpin', 'Kitchen', 'bafkfile1'])).out).toBe('Unpinned soup.pdf.\n')
  expect(JSON.parse((await run(['pin', 'Kitchen', 'soup.pdf', '--json'])).out)).toMatchObject({ pinned: true })
})

test('limits shows and changes the limits', async () => {
  expect((await run(['limits', 'Kitchen'])).out).toBe(
    [
      '  Fetch automatically  files up to 1.0 MiB',
      '  Keep at most         1.0 GiB',
      '  Kept now             10 B pinned, 0 B not pinned',
      '',
    ].join('\n'),
  )
  expect((await run(['limits', 'Kitchen', '--auto-fetch', '0', '--max', '2GiB'])).out).toContain('nothing\n')
  expect(room.files.limits()).toMatchObject({ autoFetchBytesMax: 0, bytesMax: 2 ** 31 })
  expect(JSON.parse((await run(['limits', 'Kitchen', '--json'])).out)).toEqual(room.files.limits())
  expect(await run(['limits', 'Kitchen', '--max', '1'])).toMatchObject({ exitCode: 1, err: 'kith: More is pinned.\n' })
})
