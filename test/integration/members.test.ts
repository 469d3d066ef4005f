/** A room that its members write and anybody reads: invites while all admins are away, and a removal beside writing. */
import { expect, test, vi } from 'vitest'
import { expectAgreement, joinRoom, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const kith = useKith()

const roleOf = async (node: NodeProcess, room: string): Promise<unknown> =>
  (await node.api.call('rooms.show', { room })).role

const goesOn = ['from Anna', 'from Bob', 'from Carol', 'Bob goes on', 'Anna goes on']

/** A room with Anna, who owns it, Bob and Carol, who write in it. */
async function startMembers(): Promise<{ room: string; anna: NodeProcess; bob: NodeProcess; carol: NodeProcess }> {
  const anna = await kith.start({ name: 'Anna' })
  const [created] = await kith.json<{ id: string }>(anna.dataDir, 'room', 'create', 'Notices', '--public-read')
  const room = created!.id
  const [invited] = await kith.json<{ line: string }>(anna.dataDir, 'invite', 'Notices', '--uses', '2')
  const [bob, carol] = await Promise.all(['Bob', 'Carol'].map((name) => kith.start({ name, peers: [anna.address] })))
  for (const node of [bob!, carol!]) {
    await node.api.call('rooms.join', { room: invited!.line })
    await vi.waitFor(async () => expect(await roleOf(node, room)).toBe('writer'), POLL)
  }
  return { room, anna, bob: bob!, carol: carol! }
}

test('an invite works through a carrier alone, with everybody else away', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const { id: room } = await anna.api.call('rooms.create', { name: 'Notices', access: 'public-read' })
  await anna.send(room, 'from Anna')
  const { line } = await anna.api.call('rooms.invite', { room })
  const { documents } = await anna.api.call('rooms.show', { room })
  const carrier = await kith.start({ name: 'Carrier', peers: [anna.address] })
  await carrier.api.call('rooms.carry', { room })
  const carried = async () => (await carrier.api.call('rooms.show', { room })).documents
  await vi.waitFor(async () => expect(await carried()).toBe(documents), POLL)
  await anna.stop()
  const carol = await kith.start({ name: 'Carol', peers: [carrier.address] })
  await joinRoom(carol, room)
  const early = await kith.run(carol.dataDir, 'send', 'Notices', 'too early')
  expect(early).toMatchObject({ exitCode: 1, err: expect.stringContaining('only members write') as string })
  await kith.run(carol.dataDir, 'join', line)
  await vi.waitFor(async () => expect(await roleOf(carol, room)).toBe('writer'), POLL)
  await carol.send(room, 'from Carol')
  const back = await kith.restart(anna, { peers: [carrier.address] })
  await expectAgreement([back, carol], room, ['from Anna', 'from Carol'])
  const used = await kith.run(back.dataDir, 'invites', 'Notices')
  expect(used.out).toMatch(/writer +used-up +1 of 1 .*Carol/)
})

test('what a member writes beside its removal reaches nobody', async () => {
  const { room, anna, bob, carol } = await startMembers()
  await anna.send(room, 'from Anna')
  await bob.send(room, 'from Bob')
  await carol.send(room, 'from Carol')
  await expectAgreement([anna, bob, carol], room, ['from Anna', 'from Bob', 'from Carol'])

  // Nobody hears what Carol writes alone, until after the removal.
  await Promise.all([anna.stop(), bob.stop()])
  await carol.send(room, 'beside the removal')
  await carol.kill()
  const owner = await kith.restart(anna)
  const other = await kith.restart(bob, { peers: [owner.address] })
  const { out: removed } = await kith.run(owner.dataDir, 'remove', 'Notices', 'Carol', '--yes')
  expect(removed).toContain('Removed')
  const gone = await kith.restart(carol, { peers: [owner.address, other.address] })
  await vi.waitFor(async () => expect(await roleOf(gone, room)).toBe('none'), POLL)
  const refused = await kith.run(gone.dataDir, 'send', 'Notices', 'again')
  expect(refused).toMatchObject({
    exitCode: 1,
    err: expect.stringMatching(/you were removed from 'Notices' by \w+ on/) as string,
  })
  await other.send(room, 'Bob goes on')
  await owner.send(room, 'Anna goes on')
  await expectAgreement([owner, other], room, goesOn)
  await vi.waitFor(async () => {
    expect((await gone.read(room)).map(({ text }) => text).toSorted()).toEqual(goesOn.toSorted())
  }, POLL)
  const reader = await kith.start({ name: 'Reader', peers: [other.address] })
  await joinRoom(reader, room)
  await expectAgreement([owner, reader], room, goesOn)
  const { out: members } = await kith.run(owner.dataDir, 'members', 'Notices')
  expect(members).toMatch(/Carol +removed/)
})

test('programs and lines tell who joins, gets another role and is removed', async () => {
  const { room, anna, bob, carol } = await startMembers()
  const changesOf = (node: NodeProcess) =>
    node.events.flatMap((record) => (record.event === 'access' ? [record.access] : []))
  const members = (node: NodeProcess) =>
    changesOf(node).flatMap((change) =>
      change.what === 'member' ? [[change.peer, change.before, change.role, change.set?.how, change.set?.by.peer]] : [],
    )
  const joined = [bob, carol].map(({ peer }) => [peer, 'none', 'writer', 'invite', anna.peer])
  await vi.waitFor(() => expect(new Set(members(anna))).toEqual(new Set(joined)), POLL)
  // Who joins is told how it came in itself, and not what was before.
  for (const node of [bob, carol]) {
    await vi.waitFor(
      () => expect(members(node)).toContainEqual([node.peer, 'none', 'writer', 'invite', anna.peer]),
      POLL,
    )
  }
  await kith.run(anna.dataDir, 'role', room, bob.peer, 'admin')
  await kith.run(anna.dataDir, 'remove', room, carol.peer, '--yes')
  for (const node of [anna, bob, carol]) {
    await vi.waitFor(() => {
      expect(members(node).slice(-2)).toEqual([
        [bob.peer, 'writer', 'admin', 'role', anna.peer],
        [carol.peer, 'writer', 'none', 'role', anna.peer],
      ])
    }, POLL)
  }
  const self = changesOf(carol).findLast((change) => change.what === 'member')
  expect(self).toMatchObject({ self: true, role: 'none' })
})

test('two people compare their keys on their own machines', async () => {
  const { room, anna, bob, carol } = await startMembers()
  const shown = async (node: NodeProcess, name: string) =>
    (await kith.json<{ words: string[] }>(node.dataDir, 'verify', room, name))[0]!.words
  await vi.waitFor(async () => expect((await kith.run(anna.dataDir, 'members', room)).out).toContain('Bob'), POLL)
  const words = await shown(anna, 'Bob')
  expect(await shown(bob, 'Anna')).toEqual(words)
  expect(await shown(carol, 'Anna')).not.toEqual(words)
  const wrong = (await shown(carol, 'Anna')).join(' ')
  const refused = await kith.run(anna.dataDir, 'verify', room, 'Bob', '--words', wrong)
  expect(refused).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('these are not the safety words') as string,
  })
  await kith.run(anna.dataDir, 'verify', room, 'Bob', '--words', words.join(' '))
  await anna.stop()
  const back = await kith.restart(anna)
  const members = await back.api.call('rooms.members', { room })
  const verified = members.filter(({ verifiedMs }) => verifiedMs !== null)
  expect(verified.map(({ peer }) => peer)).toEqual([bob.peer])
})

test('an invite that holds no more says which room, what is wrong, and whom to ask', async () => {
  const { room, anna, bob } = await startMembers()
  const inviting = async (...flags: string[]) => {
    const [made] = await kith.json<{ line: string; id: string }>(anna.dataDir, 'invite', room, ...flags)
    return made!
  }
  const dave = await kith.start({ name: 'Dave', peers: [anna.address] })
  const failing = async (...argv: string[]) => {
    const { exitCode, err } = await kith.run(dave.dataDir, ...argv)
    expect({ argv, exitCode }).toEqual({ argv, exitCode: 1 })
    return err
  }
  const used = await inviting()
  const erin = await kith.start({ name: 'Erin', peers: [anna.address] })
  const joined = await kith.run(erin.dataDir, 'join', used.line)
  expect(joined.out).toContain(', as a writer, by Anna.')
  expect(await failing('join', used.line)).toMatch(
    /The invite to Notices is used up: \S+ accepted it\. Ask Anna or another admin for a new one\. This node has joined Notices without it, and is no member\./,
  )
  const withdrawn = await inviting()
  await kith.run(anna.dataDir, 'invite-withdraw', room, withdrawn.id)
  await vi.waitFor(async () => {
    expect(await failing('join', withdrawn.line)).toContain('The invite to Notices was withdrawn. Ask Anna')
  }, POLL)
  const { out: shown } = await kith.run(dave.dataDir, 'room', 'show', room)
  expect(shown).toMatch(/^ {2}Membership +The invite to Notices was withdrawn\. Ask Anna/m)
  expect(shown).not.toContain('Waiting')
  const expired = await anna.api.call('rooms.invite', { room, expiresInMs: 1 })
  await vi.waitFor(async () => {
    expect(await failing('join', expired.line)).toMatch(/The invite to Notices ended .*\. Ask Anna/)
  }, POLL)
  await kith.run(dave.dataDir, 'leave', room, '--delete')
  const writer = await inviting()
  expect(await failing('carry', writer.line)).toContain(
    'makes a writer, but a carrier does not read: use it with kith join',
  )
  expect(await failing('carry', writer.line.replace('invite=', 'invite=x'))).toContain('Copy the whole invite again')

  const carrier = await inviting('--role', 'carrier')
  const carried = await kith.run(dave.dataDir, 'carry', carrier.line)
  expect(carried).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('Its members know this node as a carrier.') as string,
  })
  await vi.waitFor(async () => {
    const members = await anna.api.call('rooms.members', { room })
    const standing = members.find(({ peer }) => peer === dave.peer)?.standing
    expect(standing).toMatchObject({ role: 'carrier', set: { by: { peer: anna.peer, name: 'Anna' } } })
  }, POLL)
  expect((await kith.run(dave.dataDir, 'room', 'list')).out).toMatch(/Notices +chat +carried/)

  // Who had a name keeps it, whatever it may do now.
  await vi.waitFor(async () => expect((await kith.run(anna.dataDir, 'members', room)).out).toContain('Bob'), POLL)
  const demoted = await kith.run(anna.dataDir, 'role', room, 'Bob', 'reader')
  expect(demoted.out).toBe(`Bob (${bob.peer}) is a reader now.\n`)
  expect((await kith.run(anna.dataDir, 'members', room)).out).toMatch(/^Bob +reader .* by Anna$/m)
  const removed = await kith.run(anna.dataDir, 'remove', room, 'Bob', '--yes')
  expect(removed.out).toBe(`Removed Bob (${bob.peer}).\n`)
  expect((await kith.run(anna.dataDir, 'members', room)).out).toMatch(/^Bob +removed .* by Anna$/m)
})
