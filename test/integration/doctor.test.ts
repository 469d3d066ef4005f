/** `kith doctor` on real nodes: what keeps them apart, and what does not. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Diagnosis, Finding } from '../../src/kith.ts'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

const processes = useKith()
const STRANGER = '12D3KooWHptwNADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r'
const UNKNOWN_ROOM = `bafyrei${'a'.repeat(52)}`

function byCode({ findings }: Diagnosis): Record<string, Finding> {
  return Object.fromEntries(findings.map((finding) => [finding.code, finding]))
}

/** Findings of a node by code. */
async function findings({ api }: NodeProcess, about?: string): Promise<Record<string, Finding>> {
  return byCode(await api.run('diagnose', about === undefined ? {} : { about }))
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('without a node it looks at the machine, and says that none runs', async () => {
  const folder = processes.folder()
  const [diagnosis] = await processes.json<Diagnosis>(folder, 'doctor')
  expect(byCode(diagnosis!)['no-node']).toMatchObject({ severity: 'problem' })
  const asked = await processes.run(folder, 'doctor', 'Anna')
  expect(asked).toMatchObject({ exitCode: 3 })
})

test('it says how two nodes are doing, their room and an address, and what is wrong with other ones', async () => {
  const wrong = `/ip4/127.0.0.1/tcp/${await closedPort()}`
  const [anna, ben] = await Promise.all([
    processes.start({ name: 'Anna' }),
    processes.start({ name: 'Ben', peers: [wrong] }),
  ])
  const kitchen = await anna.api.call('rooms.create', { name: 'Kitchen' })
  await ben.api.call('rooms.join', { room: kitchen.id, peers: [anna.address] })
  await expect.poll(() => findings(ben, 'Kitchen'), POLL).toMatchObject({ 'room-met': { room: kitchen.id } })
  await expect.poll(() => findings(ben, 'Anna'), POLL).toMatchObject({ connected: { peer: anna.peer } })

  const [probe] = (await ben.api.run('diagnose', { about: anna.address })).probes
  expect(probe).toMatchObject({ failure: null, peer: anna.peer })
  expect(probe?.steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
    ...['route ok', 'connection ok', 'encryption ok', 'identity ok', 'protocols ok', 'rooms ok'],
  ])
  expect(probe?.steps.at(-1)?.detail).toBe('in common: Kitchen')
  const otherPeer = anna.address.replace(anna.peer, STRANGER)
  for (const bad of ['nonsense', '/ip4/1.2.3.4', ben.address, otherPeer.slice(0, -5)]) {
    await expect(ben.api.run('diagnose', { about: bad })).rejects.toMatchObject({
      code: expect.stringMatching(/^(no-such-peer|bad-address)$/) as string,
    })
  }
  await expect(ben.api.run('diagnose', { about: 'Ben' })).rejects.toMatchObject({ code: 'bad-value' })
  const other = await ben.api.run('diagnose', { about: otherPeer })
  expect(byCode(other)['unreached-other-peer']?.what).toContain(`it is ${anna.peer}`)

  await ben.api.call('rooms.join', { room: UNKNOWN_ROOM })
  const all = await findings(ben)
  expect(all['unreached-refused']).toMatchObject({ severity: 'problem', address: wrong })
  expect(all['room-unknown']).toMatchObject({ severity: 'warning', room: UNKNOWN_ROOM })
  expect((await findings(anna, UNKNOWN_ROOM))['room-not-here']).toMatchObject({ severity: 'problem' })
  const told = await processes.run(ben.dataDir, 'doctor')
  expect(told.out).toContain(`PROBLEM  ${wrong}, which was named, is not reached: nothing listens there`)
  const status = await processes.run(ben.dataDir, 'status')
  expect(status.out).toMatch(/Health +1 problem, \d warnings: see (npx )?kith doctor/)
})

test('a copied data folder is noticed by an address at which this node itself answers', async () => {
  const anna = await processes.start({ name: 'Anna' })
  const copy = join(processes.folder(), 'copy')
  mkdirSync(copy, { mode: 0o700 })
  copyFileSync(join(anna.dataDir, 'identity.key'), join(copy, 'identity.key'))
  const twin = await processes.start({ dataDir: copy })
  const address = twin.listen
  expect((await findings(anna, address))['unreached-self']?.what).toContain('this node itself answers there')
})
