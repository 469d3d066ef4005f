import { beforeEach, expect, test, vi } from 'vitest'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']
let dataDir: ServedNode['dataDir']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run, dataDir } = served)
  return served.close
})

test('list says what to do first, and then who the devices are and what they lack', async () => {
  expect((await run(['device', 'list'])).out).toBe(`No devices yet. To add one:  kith device add --data ${dataDir}\n`)
  node.devices.become(
    { name: 'laptop' },
    { name: 'pho\u001bne', online: false, hasLeft: true, lacks: [{ room: 'bafy', roomName: 'Crew', why: 'it waits' }] },
  )
  node.devices.current = { ...node.devices.current, ignored: 12_000 }
  const { out } = await run(['device', 'list'])
  expect(out).toContain('Others know you as Anna.')
  expect(out).toMatch(/^laptop +this one/m)
  expect(out).toMatch(/^phone +no .* has left: kith device remove takes it out of the rooms$/m)
  expect(out).toContain('phone is not in Crew: it waits.')
  expect(out).toContain('12,000 entries make no sense')
})

test('list names devices beyond the limit, and keys in rooms that are no devices, with what to do', async () => {
  node.devices.become({ name: 'laptop' }, { name: 'phone', isBeyondLimit: true })
  const unlisted = [{ peer: '12D3KooWThief', room: 'bafy', roomName: 'Cr\u001bew' }]
  node.devices.current = { ...node.devices.current, unlisted }
  node.devices.removal = { ...node.devices.removal, unlisted }
  const command = `  Crew:  kith remove --data ${dataDir} bafy 12D3KooWThief`
  const { out } = await run(['device', 'list'])
  expect(out).toMatch(/^phone .* beyond 32 devices: let into no further rooms until others are removed$/m)
  expect(out).toContain(`Remove what you do not know:\n${command}\n`)
  expect((await run(['device', 'remove', 'phone', '--yes'])).out).toContain(command)
})

test('add prints the line, and waits in a terminal until somebody came', async () => {
  const { exitCode, out } = await run(['device', 'add', '--expires', '2h', '--name', 'laptop'])
  expect(exitCode).toBe(0)
  expect(out).toContain('  kith device join "kith:bafydevices?device=SECRET"')
  expect(node.devices.asked).toEqual(['add laptop 7200000'])
  expect((await run(['device', 'add', '--expires', 'soon'])).exitCode).toBe(2)
  const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
  const adding = run(['device', 'add'], terminal)
  await vi.waitFor(() => expect(terminal.err).toContain('Waiting for the other device…'))
  node.devices.become({ name: 'laptop' }, { name: 'phone', peer: '12D3KooWPhonePhonePhone' })
  expect((await adding).out).toContain('phone (…onePhone) is a device of yours now.')
})

test('join asks first, as it gives the other devices the rooms of this one', async () => {
  node.add('Kitchen', 'chat')
  const line = 'kith:bafydevices?device=SECRET'
  const refused = await run(['device', 'join', line])
  expect(refused).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('and those of this node (1) go to them') as string,
  })
  expect(node.devices.asked).toEqual([])
  const joined = run(['device', 'join', line, '--name', 'phone', '--yes', '--peer', '/ip4/10.0.0.1/tcp/1'])
  await vi.waitFor(() => expect(node.devices.asked).toEqual([`join ${line} phone /ip4/10.0.0.1/tcp/1`]))
  node.devices.become({ name: 'phone' }, { name: 'laptop' })
  expect(await joined).toMatchObject({
    exitCode: 0,
    out: 'This node is a device of Anna now, with laptop. Their rooms follow.\n',
  })
})

test.each([
  ['refused', 'The line holds no more'],
  ['foreign', 'The line is for another kind of room'],
] as const)('a line that is %s is said to be', async (state, said) => {
  const joining = run(['device', 'join', 'kith:bafydevices?device=SECRET', '--yes'])
  await vi.waitFor(() => expect(node.devices.current.state).toBe('waiting'))
  node.devices.current = { ...node.devices.current, state }
  expect(await joining).toMatchObject({ exitCode: 1, err: expect.stringContaining(said) as string })
})

test('remove says what it did, what it could not do, and what to do next', async () => {
  node.devices.become({ name: 'laptop' }, { name: 'phone' })
  expect((await run(['device', 'remove', 'phone'])).err).toContain('What it has read cannot be recalled.')
  Object.assign(node.devices.removal, {
    remaining: [{ room: 'bafyown', roomName: 'Own', why: 'it owns the room, and nobody removes the owner' }],
    openRooms: [{ room: 'bafykitchen', roomName: 'Kitchen' }],
    added: [{ peer: '12D3KooWTabletTabletTablet', name: 'tablet' }],
    toAddAgain: [{ peer: '12D3KooWTabletTabletTablet', name: 'tablet' }],
  })
  const { out } = await run(['device', 'remove', 'phone', '--yes'])
  expect(out.split('\n').slice(0, 5)).toEqual([
    'Removed phone (…WDevice1), also from 2 rooms with members.',
    'It still has a part in Own: it owns the room, and nobody removes the owner.',
    'It can still read and write in open rooms, as it has their ids: Kitchen.',
    'It had added tablet (…etTablet): remove what you do not know.',
    'The list of your devices was made by it, and had to be made anew. Add again: tablet.',
  ])
  expect(node.devices.asked).toEqual(['remove phone'])
})

test('rename and leave say what holds from then on', async () => {
  node.devices.become({})
  expect((await run(['device', 'rename', 'desk'])).out).toBe('This device is called desk now.\n')
  expect((await run(['device', 'leave', '--yes'])).out).toContain('It keeps its rooms.')
  expect(node.devices.asked).toEqual(['rename desk', 'leave'])
})

test('what read prints counts as read, unless it is printed for a program', async () => {
  const room = node.add('Kitchen', 'chat')
  expect((await run(['read', 'Kitchen'])).exitCode).toBe(0)
  expect(room.readUpTo).toEqual([])
  room.say('Bob', 'one')
  const { id } = room.say('Bob', 'two')
  await run(['read', 'Kitchen', '--json'])
  expect(room.readUpTo).toEqual([])
  await run(['read', 'Kitchen'])
  expect(room.readUpTo.at(-1)).toBe(id)
})
