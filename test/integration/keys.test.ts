/** A node whose key is protected, and one whose disk is lost and whose key comes back from its backup. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectAgreement, joinRoom, POLL, useKith } from './kith-process.ts'

const kith = useKith()
const PASSPHRASE = 'correct horse battery'

function secretFile(): string {
  const path = join(kith.folder(), 'secret')
  writeFileSync(path, `${PASSPHRASE}\n`)
  return path
}

test('a node with a protected key starts with its passphrase only', async () => {
  const node = await kith.start({ name: 'Anna' })
  const { dataDir, peer } = node
  await node.stop()
  const secret = secretFile()
  expect(await kith.run(dataDir, 'key', 'protect', '--passphrase-file', secret)).toMatchObject({ exitCode: 0 })
  const refused = await kith.run(dataDir, 'start')
  expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('protected by a passphrase') as string })
  writeFileSync(secret, 'something else')
  const wrong = await kith.run(dataDir, 'start', '--passphrase-file', secret)
  expect(wrong).toMatchObject({ exitCode: 1, err: 'kith: that is not the passphrase of the key\n' })
  const again = await kith.start({ dataDir, name: 'Anna', env: { KITH_PASSPHRASE: PASSPHRASE } })
  expect(again.peer).toBe(peer)
  // What works on a stopped node needs it too; what asks the node does not.
  expect(await kith.run(dataDir, 'gc')).toMatchObject({ exitCode: 0 })
  await again.stop()
  expect(await kith.run(dataDir, 'gc')).toMatchObject({ exitCode: 2 })
  expect(await kith.run(dataDir, 'repair')).toMatchObject({ exitCode: 2 })
  writeFileSync(secret, PASSPHRASE)
  expect(await kith.run(dataDir, 'repair', '--passphrase-file', secret)).toMatchObject({ exitCode: 0 })
})

test('a key from its backup goes on where its lost disk had got to, in a room of which nothing is left', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const bob = await kith.start({ name: 'Bob', peers: [anna.address] })
  const { id: room } = await bob.api.call('rooms.create', { name: 'Family', access: 'public-read' })
  const { line } = await bob.api.call('rooms.invite', { room })
  await kith.run(anna.dataDir, 'join', line)
  await anna.send(room, 'one', 'two', 'three')
  await expectAgreement([anna, bob], room, ['one', 'two', 'three'])

  const [secret, backup] = [secretFile(), join(kith.folder(), 'backup.txt')]
  await kith.run(anna.dataDir, 'key', 'backup', backup, '--passphrase-file', secret)
  await anna.kill()
  rmSync(anna.dataDir, { recursive: true })
  const dataDir = join(kith.folder(), 'new')
  const restored = await kith.run(dataDir, 'key', 'restore', backup, '--passphrase-file', secret)
  expect(restored).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining(`This node is ${anna.peer} again`) as string,
  })

  const back = await kith.start({
    dataDir,
    name: 'Anna anew',
    peers: [bob.address],
    env: { KITH_PASSPHRASE: PASSPHRASE },
  })
  expect(back.peer).toBe(anna.peer)
  await joinRoom(back, room)
  await vi.waitFor(() => back.send(room, 'four'), POLL)
  await expectAgreement([back, bob], room, ['one', 'two', 'three', 'four'])
  for (const node of [back, bob]) {
    const members = await node.api.call('rooms.members', { room })
    const self = members.find(({ peer }) => peer === anna.peer)
    expect(self).toMatchObject({ forks: 0, name: 'Anna anew', standing: { role: 'writer' } })
  }
})
