import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import type { EnsureStatus } from '../../../src/kith.ts'
import type { FakeEnsured } from '../api/fake-files.ts'
import { FakeNode } from '../api/fake-node.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

let node: FakeNode
let dataDir: string
let api: ApiServer

beforeEach(async () => {
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-want-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

function run(argv: string[], terminal?: FakeTerminal) {
  return kith([...argv, '--data', dataDir], terminal)
}

/** The request that `kith want --wait` waits for. */
async function awaited(): Promise<FakeEnsured> {
  return vi.waitFor(() => {
    const ensured = node.ensured[0]!
    expect(ensured.listenerCount('progress')).toBe(1)
    return ensured
  })
}

describe('want', () => {
  test('returns at once', async () => {
    const room = node.add('Kitchen', 'chat')
    expect(await run(['want', 'bafkone', '--room', 'Kitchen'])).toEqual({
      exitCode: 0,
      out: `The node is looking for bafkone, even after a restart. Progress:  kith wants --data ${dataDir}\n`,
      err: '',
    })
    expect(node.wants()).toMatchObject([{ id: 'bafkone', room: room.id }])
    expect(JSON.parse((await run(['want', 'bafktwo', '--json'])).out)).toMatchObject({ id: 'bafktwo', room: null })
  })

  test('of a block that is already complete says so, with or without --wait', async () => {
    const ensured = node.ensure('bafkone')
    ensured.move({ bytes: 2048 })
    ensured.complete()
    const complete = { exitCode: 0, out: 'bafkone is complete: 1 block, 2.0 KiB.\n', err: '' }
    expect(await run(['want', 'bafkone'])).toEqual(complete)
    expect(await run(['want', 'bafkone', '--wait'])).toEqual(complete)
  })

  test('of something that is not a CID is a usage error', async () => {
    expect(await run(['want', 'Kitchen'])).toEqual({ exitCode: 2, out: '', err: 'kith: "Kitchen" is not a CID.\n' })
  })

  test('--wait shows the progress until it is complete', async () => {
    const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    const waiting = run(['want', 'bafkone', '--wait'], terminal)
    await vi.waitFor(() => expect(terminal.out).toContain('is looking for'))
    const ensured = await awaited()
    await vi.waitFor(() => expect(terminal.err).toMatch(/ {2}0% {2}0 of 1 block {2}0 B {2}waiting for a peer to ask$/))
    const from = [{ peer: '12D3KooWBob', bytes: 2048 }]
    ensured.move({ known: 4, have: 1, missing: 3, bytes: 2048, bytesPerSecond: 1024, from, asked: 1 })
    await vi.waitFor(() => expect(terminal.err).toMatch(/ 25% {2}1 of 4 blocks {2}2\.0 KiB {2}1\.0 KiB\/s {2}from 1 /))
    ensured.complete()
    const { exitCode, out, err } = await waiting
    expect(exitCode).toBe(0)
    expect(out.split('\n').slice(1)).toEqual(['bafkone is complete: 4 blocks, 2.0 KiB.', ''])
    expect(err.endsWith('\r\u001b[K')).toBe(true)
  })

  test('--wait with --json prints only the result', async () => {
    const waiting = run(['want', 'bafkone', '--wait', '--json'])
    const ensured = await awaited()
    ensured.complete()
    const { out, err } = await waiting
    expect(JSON.parse(out)).toEqual(ensured.status())
    expect(err).toBe('')
  })

  test('--wait fails if it cannot be fetched', async () => {
    const waiting = run(['want', 'bafkone', '--wait'])
    const ensured = await awaited()
    ensured.fail('a block is too large')
    expect(await waiting).toMatchObject({ exitCode: 1, err: 'kith: a block is too large\n' })
  })

  test('Ctrl-C only ends the waiting', async () => {
    const terminal = new FakeTerminal()
    const waiting = run(['want', 'bafkone', '--wait'], terminal)
    const ensured = await awaited()
    await terminal.interrupt()
    expect(await waiting).toMatchObject({
      exitCode: 1,
      err: `kith: Stopped waiting. The node keeps trying: kith wants --data ${dataDir}\n`,
    })
    await vi.waitFor(() => expect(ensured.listenerCount('progress')).toBe(0))
    expect(node.wants()).toMatchObject([{ state: 'searching' }])
  })
})

describe('wants', () => {
  test('prints a table', async () => {
    const room = node.add('Kit\u001bchen', 'chat')
    const blocks = { known: 12, have: 3, missing: 9, bytes: 2048, asked: 2 }
    const from = [
      { peer: '12D3KooWBob12345678', bytes: 2 },
      { peer: '12D3KooWCarol', bytes: 1 },
    ]
    node.ensure('bafkone', { room: room.id }).move({ ...blocks, bytesPerSecond: 1024, from, pinned: true })
    node.ensure('bafktwo', { job: 'unpack' }).move({ ...blocks, absentAt: 2, from: from.slice(0, 1) })
    node.ensure('bafkthree')
    node.ensure('bafkfour').move({ state: 'failed', failure: 'too\u0007 large' })
    node.ensure('bafksix').move({ failure: 'the disk is full' })
    node.ensure('bafkfive').move({ state: 'complete', have: 1, missing: 0 })
    const rows = [
      'ROOM     STATE             HAVE  SIZE     RATE       FROM          WAITING FOR                   JOBS    CID',
      'Kitchen  fetching, pinned  3/12  2.0 KiB  1.0 KiB/s  …12345678 +1  9 blocks                      -       bafkone',
      '-        searching         3/12  2.0 KiB  -          …12345678     a peer that has it (2 asked)  unpack  bafktwo',
      '-        searching         0/1   0 B      -          -             a peer to ask                 -       bafkthree',
      '-        failed            0/1   0 B      -          -             too large                     -       bafkfour',
      '-        searching         0/1   0 B      -          -             the disk is full              -       bafksix',
    ]
    const aligned = (lines: string[]): string[] => lines.map((line) => line.replaceAll(/ {2,}/g, '  '))
    expect(aligned((await run(['wants'])).out.split('\n'))).toEqual(aligned([...rows, '']))
    const all = (await run(['wants', '--all'])).out.trim().split('\n')
    expect(all.at(-1)).toMatch(/^- +complete +1\/1 .* - +- +bafkfive$/)
    expect(JSON.parse((await run(['wants', '--json'])).out)).toEqual(node.wants())
  })

  test('without any, says what to do', async () => {
    expect((await run(['wants'])).out).toBe(`Nothing is wanted. To fetch a block: kith want CID --data ${dataDir}\n`)
    expect((await run(['wants', '--json'])).out).toBe('[]\n')
  })

  test('--watch prints changes until Ctrl-C', async () => {
    const ensured = node.ensure('bafkone')
    const terminal = new FakeTerminal()
    const watching = run(['wants', '--watch', '--json'], terminal)
    const lines = (): EnsureStatus[][] =>
      terminal.out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as EnsureStatus[])
    await vi.waitFor(() => expect(lines()).toHaveLength(1))
    ensured.move({ known: 2, have: 1 })
    await vi.waitFor(() => expect(lines()).toHaveLength(2), { timeout: 5_000 })
    expect(lines().map(([status]) => status?.have)).toEqual([0, 1])
    await terminal.interrupt()
    expect(await watching).toMatchObject({ exitCode: 0 })
  })
})

test('unwant removes a want', async () => {
  const room = node.add('Kitchen', 'chat')
  await run(['want', 'bafkone', '--room', 'Kitchen'])
  expect(node.wants()).toMatchObject([{ room: room.id }])
  expect(await run(['unwant', 'bafkone'])).toMatchObject({ exitCode: 1, err: 'kith: "bafkone" is not wanted.\n' })
  expect((await run(['unwant', 'bafkone', '--room', 'Kitchen'])).out).toBe('bafkone is no longer wanted.\n')
  expect(node.wants()).toEqual([])
})

test('gc removes blocks, or only says how many', async () => {
  node.garbage = { blocks: 2, sizeBytes: 2048 }
  expect((await run(['gc', '--dry-run'])).out).toBe('Would remove 2 blocks, 2.0 KiB.\n')
  expect(JSON.parse((await run(['gc', '--dry-run', '--json'])).out)).toEqual(node.garbage)
  expect((await run(['gc'])).out).toBe('Removed 2 blocks, 2.0 KiB.\n')
  expect((await run(['gc'])).out).toBe('There is nothing to remove.\n')
})
