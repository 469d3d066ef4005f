/** Lines about who may do what in a room. */
import { describe, expect, it, test, vi } from 'vitest'
import { accessLine } from '../../../src/cli/access-lines.ts'
import type { AccessChange, InviteChange, KeyChange, MemberChange } from '../../../src/kith.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode } from './served-node.ts'

const anna = { peer: '12D3KooWAnna', name: 'Anna' }
const by = (how: 'role' | 'invite' | 'device' | 'owner') => ({ how, atMs: 0, by: anna })

const member = (change: Partial<MemberChange>): MemberChange => ({
  ...{ what: 'member', room: 'bafyroom0', peer: '12D3KooWBob00000', name: 'Bob', person: '12D3KooWBob00000' },
  ...{ self: false, before: 'none', role: 'writer', set: by('invite'), ...change },
})
const invited = (change: Partial<InviteChange>): InviteChange => ({
  ...{ what: 'invite', room: 'bafyroom0', id: 'bafyreiinvite00000001', role: 'writer' },
  ...{ before: null, status: 'open', set: { atMs: 0, by: anna }, ...change },
})
const key = (change: Partial<KeyChange>): KeyChange => ({
  ...{ what: 'key', room: 'bafyroom0', isNew: true, set: { atMs: 0, by: anna }, lack: null, ...change },
})

describe('a line', () => {
  it.each<[Partial<MemberChange>, string]>([
    [{}, 'Bob joined as a writer, invited by Anna'],
    [{ self: true }, 'This node joined as a writer, invited by Anna'],
    [{ set: by('role') }, 'Anna let Bob in as a writer'],
    [{ set: by('device'), person: anna.peer }, 'Anna added a device, …Bob00000, as a writer'],
    [{ before: 'writer', role: 'admin', set: by('role') }, 'Anna made Bob an admin'],
    [{ before: 'admin', role: 'owner', set: by('owner') }, 'Anna handed the room over to Bob'],
    [{ before: 'owner', role: 'admin', set: by('owner') }, 'Bob is an admin now'],
    [{ before: 'writer', role: 'none', set: by('role') }, 'Anna removed Bob'],
    [{ before: 'writer', role: 'none', set: by('role'), self: true }, 'Anna removed this node'],
    [{ before: 'writer', role: 'none', set: by('role'), person: anna.peer }, 'Anna removed Bob, a device (…'],
    [{ before: 'writer', role: 'none', set: null }, 'Bob is no member any more: who let Bob in had no right to'],
    [{ before: 'writer', person: anna.peer }, 'Bob is a device of 12D3KooWAnna now'],
    [{ name: 'B\u001b[31mob' }, 'B[31mob joined'],
  ])('of a member: %j', (change, line) => {
    expect(accessLine(member(change))).toContain(line)
  })

  it('of an invite, but for one that is used up', () => {
    expect(accessLine(invited({}))).toBe('Anna made the invite …00000001 (writer)')
    expect(accessLine(invited({ before: 'open', status: 'withdrawn' }))).toBe(
      'Anna withdrew the invite …00000001 (writer)',
    )
    expect(accessLine(invited({ before: 'open', status: 'void', set: null }))).toMatch(/^The invite .* counts no more/)
    expect(accessLine(invited({ before: 'open', status: 'used-up' }))).toBeUndefined()
  })

  it('of a key', () => {
    expect(accessLine(key({}))).toBe('Anna made a new key for the room')
    expect(accessLine(key({ set: null }))).toBe('The room has its first key again')
    expect(accessLine(key({ lack: 'missing' }))).toContain('it comes from the node of a member that has it')
    expect(accessLine(key({ lack: 'lost' }))).toContain('ask an admin for an invite')
    expect(accessLine(key({ isNew: false }))).toBe('This node has the key of the room now')
  })
})

test('members --follow says what changes, until Ctrl-C, and with --json all of it', async () => {
  const { node, run, close } = await serveFakeNode()
  const room = node.add('Family', 'chat')
  const [terminal, program] = [new FakeTerminal(), new FakeTerminal()]
  const ended = [
    run(['members', 'Family', '--follow'], terminal),
    run(['members', 'Family', '--follow', '--json'], program),
  ]
  await vi.waitFor(() => expect(room.listenerCount('access')).toBe(2))
  const changes: AccessChange[] = [member({}), invited({ before: 'open', status: 'used-up' }), key({})]
  for (const change of changes) room.emit('access', change)
  const lines = /Bob joined as a writer, invited by Anna\n.*made a new key for the room\n$/
  await vi.waitFor(() => expect(terminal.out).toMatch(lines))
  const records = () => program.out.trim().split('\n').slice(-3)
  await vi.waitFor(() => expect(records().map((line) => JSON.parse(line) as unknown)).toEqual(changes))
  for (const each of [terminal, program]) await each.interrupt()
  expect((await Promise.all(ended)).map(({ exitCode }) => exitCode)).toEqual([0, 0])
  await vi.waitFor(() => expect(room.listenerCount('access')).toBe(0))
  await close()
})

test('a chat says who is removed, and not who makes invites', async () => {
  const { node, run, close } = await serveFakeNode()
  const room = node.add('Family', 'chat')
  room.unusual = { access: 'private' }
  const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
  const ended = run(['chat', 'Family'], terminal)
  await vi.waitFor(() => expect(room.listenerCount('access')).toBe(1))
  for (const change of [invited({}), member({ before: 'writer', role: 'none', set: by('role') })]) {
    room.emit('access', change)
  }
  await vi.waitFor(() => expect(terminal.out).toMatch(/\d\d:\d\d {2}Anna removed Bob/))
  expect(terminal.out).not.toContain('invite')
  await terminal.interrupt()
  await ended
  await close()
})

test('who has just joined is called by the name that it gives then', async () => {
  const { node, run, close } = await serveFakeNode()
  const room = node.add('Family', 'chat')
  const terminal = new FakeTerminal()
  const ended = run(['members', 'Family', '--follow'], terminal)
  await vi.waitFor(() => expect(room.listenerCount('access')).toBe(1))
  const { peer, name } = room.members()[0]!
  room.emit('access', member({ peer, person: peer, name: `…${peer.slice(-8)}` }))
  await vi.waitFor(() => expect(terminal.out).toContain(`${name} joined as a writer, invited by Anna`), {
    timeout: 10_000,
  })
  await terminal.interrupt()
  await ended
  await close()
})
