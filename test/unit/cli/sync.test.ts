import { beforeEach, expect, test, vi } from 'vitest'
import type { PeerDetails, PeerSync, RoomSync } from '../../../src/kith.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

const BOB: PeerSync = {
  peer: '12D3KooWBob',
  name: 'Bob\u001b[31m',
  online: true,
  lastSeenMs: 0,
  sharing: { policy: 'share', mode: 'auto' },
  refusesDocuments: false,
  held: 7_000,
  unacked: 2,
  waiting: 1,
  nextSendMs: null,
}

test('sync shows the peers, and who holds the newest documents', async () => {
  const room = node.add('Kitchen', 'chat')
  const longAgoMs = new Date(1999, 0, 2, 12, 0).getTime()
  const carol: PeerSync = {
    ...BOB,
    peer: '12D3KooWCarol',
    name: 'Carol',
    online: false,
    lastSeenMs: longAgoMs,
    sharing: { policy: 'accept', mode: 'interactive' },
    refusesDocuments: true,
    held: null,
    waiting: null,
  }
  room.say('Bob', 'hi')
  room.peers = [BOB, carol]
  expect((await run(['sync', 'Kitchen'])).out.split('\n')).toEqual([
    'Kitchen: 1 document here',
    'PEER     SEEN              HOLDS  SENT  WAITING  RETRY  SHARING',
    'Bob[31m  now               7,000  2     1        -      share',
    'Carol    1999-01-02 12:00  …      2     …        -      accept, interactive, full',
    'Document bafydocument1… (clock 1): held by 1 of 1 peer here, 0 of 1 peer away',
    '',
    '',
  ])
})

test('sync without a room shows all rooms, or how to create one', async () => {
  expect((await run(['sync'])).out).toContain('kith room create Kitchen')
  node.add('Kitchen', 'chat')
  node.add('Stock', 'map')
  const { out } = await run(['sync'])
  expect(out).toContain('Kitchen: 0 documents here\nNo other peer has been seen in this room yet.')
  expect(out).toContain('Stock: 0 documents here')
  const json = (await run(['sync', '--json'])).out.trim().split('\n')
  expect(json.map((line) => (JSON.parse(line) as RoomSync).name)).toEqual(['Kitchen', 'Stock'])
})

test('sync --watch prints changes until Ctrl-C', async () => {
  const room = node.add('Kitchen', 'chat')
  room.peers = [BOB]
  const terminal = new FakeTerminal()
  const watching = run(['sync', 'Kitchen', '--watch', '--json'], terminal)
  const lines = (): RoomSync[] =>
    terminal.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RoomSync)
  await vi.waitFor(() => expect(lines()).toHaveLength(1))
  room.peers = [{ ...BOB, held: 8, unacked: 0 }]
  await vi.waitFor(() => expect(lines()).toHaveLength(2), { timeout: 5_000 })
  expect(lines().map(({ peers }) => peers[0]?.held)).toEqual([7_000, 8])
  await terminal.interrupt()
  expect(await watching).toMatchObject({ exitCode: 0 })
})

test('sync of an unknown document fails with one line', async () => {
  node.add('Kitchen', 'chat')
  expect(await run(['sync', 'Kitchen', '--document', 'nothing'])).toEqual({
    exitCode: 1,
    out: '',
    err: 'kith: There is no such document.\n',
  })
})

test('share-policy shows and changes the policy', async () => {
  const room = node.add('Kitchen', 'chat')
  expect((await run(['share-policy', 'Kitchen'])).out).toBe('WITH      POLICY  MODE\neveryone  share   auto\n')
  expect((await run(['share-policy', 'Kitchen', 'none', '--peer', '12D3KooWBob'])).out).toBe(
    'WITH           POLICY  MODE\n12D3KooWBob    none    auto\neveryone else  share   auto\n',
  )
  await run(['share-policy', 'Kitchen', '--mode', 'interactive'])
  expect(room.shared.everybody).toEqual({ policy: 'share', mode: 'interactive' })
  expect(await run(['share-policy', 'Kitchen', 'everything'])).toMatchObject({ exitCode: 2, out: '' })
  expect(await run(['share-policy', 'Kitchen', '--mode', 'fast'])).toMatchObject({ exitCode: 2, out: '' })
})

test('share-policy --peer shows what holds for one peer, and --default ends what was set for it', async () => {
  const room = node.add('Kitchen', 'chat')
  node.details = [{ peer: '12D3KooWBob' } as PeerDetails]
  const heading = 'WITH         POLICY  MODE\n'
  expect((await run(['share-policy', 'Kitchen', '--peer', 'Bob'])).out).toBe(
    `${heading}12D3KooWBob  share   auto\nNothing is set for this peer: it is as for everyone.\n`,
  )
  await run(['share-policy', 'Kitchen', 'none', '--peer', '12D3KooWBob'])
  expect((await run(['share-policy', 'Kitchen', '--peer', 'Bob'])).out).toBe(`${heading}12D3KooWBob  none    auto\n`)
  expect(JSON.parse((await run(['share-policy', 'Kitchen', '--peer', 'Bob', '--json'])).out)).toEqual({
    ...{ peer: '12D3KooWBob', policy: 'none', mode: 'auto' },
  })
  await run(['share-policy', 'Kitchen', '--peer', '12D3KooWBob', '--default'])
  expect(room.shared.peers).toEqual([])
})

test.each([
  ['1000000', 1_000_000],
  ['500kB', 500_000],
  ['500MiB', 500 * 2 ** 20],
  ['1.5GiB', 1.5 * 2 ** 30],
])('carry --max %s', async (text, maxBytes) => {
  const { exitCode, out } = await run(['carry', 'bafyelsewhere', '--max', text])
  expect({ exitCode, out }).toEqual({
    exitCode: 0,
    out: expect.stringContaining('nothing has arrived yet') as string,
  })
  expect(node.rooms.get('bafyelsewhere').carried?.maxBytes).toBe(maxBytes)
})

test.each(['much', '-1', '1TB', ''])("carry --max '%s' is a usage error", async (text) => {
  expect(await run(['carry', 'bafyelsewhere', '--max', text])).toMatchObject({ exitCode: 2, out: '' })
  expect(node.rooms.list()).toEqual([])
})
