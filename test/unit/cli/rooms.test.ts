import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoomDetails } from '../../../src/kith.ts'
import { FAKE_PEER } from '../api/fake-room.ts'
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

describe('rooms', () => {
  test('create prints the id and the invite line', async () => {
    const { exitCode, out } = await run(['room', 'create', 'Third floor'])
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /^Created the room Third floor\.\n\n {2}Id {6}bafyroom0\n {2}Invite {2}kith:bafyroom0\n {2}Access {2}open: whoever has the id reads and writes\n/,
    )
    expect(node.rooms.get('Third floor').app).toBe('chat')
  })

  test('create accepts an app, and prints JSON', async () => {
    const { out } = await run(['room', 'create', 'Stock', '--app', 'map', '--json'])
    expect(JSON.parse(out)).toMatchObject({ name: 'Stock', app: 'map', id: 'bafyroom0' })
  })

  test('list prints a table', async () => {
    node.add('Kitchen', 'chat').newMessages = 12
    node.add('A long room name', 'map')
    node.add('Busy', 'chat').newMessages = 100
    expect((await run(['room', 'list'])).out).toBe(
      [
        'NAME              APP   STATUS  NEW  DOCUMENTS  PEERS  ID',
        'Kitchen           chat  open    12   0          0      bafyroom0',
        'A long room name  map   open    -    0          0      bafyroom1',
        'Busy              chat  open    99+  0          0      bafyroom2',
        '',
      ].join('\n'),
    )
    expect(JSON.parse((await run(['room', 'list', '--json'])).out)).toHaveLength(3)
  })

  test('list without any says what to do', async () => {
    expect((await run(['room', 'list'])).out).toContain(`kith room create Kitchen --data ${dataDir}`)
  })

  test('show prints everything', async () => {
    node.add('Kitchen', 'chat').say('Bob', 'hi')
    const { out } = await run(['room', 'show', 'Kitchen'])
    for (const part of ['Kitchen', 'bafyroom0', 'kith:bafyroom0', 'bafydocument1', 'abab']) expect(out).toContain(part)
  })

  test('announce tells the network of a room, and --off ends that', async () => {
    const room = node.add('Kitchen', 'chat')
    expect((await run(['room', 'announce', 'Kitchen'])).out).toContain('are told of Kitchen')
    expect((await run(['room', 'show', 'Kitchen'])).out).toMatch(/Announced +to whoever on this network asks/)
    expect((await run(['room', 'announce', 'Kitchen', '--off'])).out).toBe('Nobody is told of Kitchen any more.\n')
    expect(room.isAnnounced).toBe(false)
    expect((await run(['room', 'announce', 'Kitchen', '--off', '--anyone'])).exitCode).toBe(2)
  })

  test('nearby lists what others announce, and how to join it', async () => {
    expect((await run(['room', 'nearby'])).out).toContain('No node on this network announces a room')
    const offeredBy = [{ peer: FAKE_PEER, name: 'Bo\u001bb' }]
    const offered = { app: 'chat', access: 'open' as const, offeredBy }
    node.nearby = [
      { ...offered, id: 'bafy1', name: 'Party', invite: 'kith:bafy1', isHere: false },
      { ...offered, id: 'bafy2', name: 'Here', invite: 'kith:bafy2', isHere: true },
    ]
    const { out } = await run(['room', 'nearby'])
    expect(out).toMatch(/^Party +chat +open +Bob +kith join kith:bafy1/m)
    expect(out).toMatch(/^Here +chat +open +Bob +it is here already/m)
  })

  test('alias names a room on this node, and --remove ends that', async () => {
    const room = node.add('Kitchen', 'chat')
    expect((await run(['room', 'alias', 'Kitchen', 'Home'])).out).toBe('Kitchen is called Home on this node.\n')
    expect((await run(['room', 'show', 'Home'])).out).toMatch(/^ {2}Name +Home\n {2}For others +Kitchen\n/)
    for (const words of [[], ['Flat', '--remove']]) {
      expect((await run(['room', 'alias', 'Home', ...words])).exitCode).toBe(2)
    }
    expect((await run(['room', 'alias', 'Home', '--remove'])).out).toBe('Kitchen has no alias any more.\n')
    expect(room.name).toBe('Kitchen')
  })

  test('names of other rooms that look alike are told, with what to do', async () => {
    const room = node.add('Kitchen', 'chat')
    room.namesakes = ['bafyother']
    const warning = [
      '1 other room here has a name like Kitchen: bafyother.',
      `To tell them apart:  kith room alias bafyroom0 NAME --data ${dataDir}`,
      '',
    ].join('\n')
    vi.spyOn(node.rooms, 'create').mockResolvedValue(room as never)
    vi.spyOn(node.rooms, 'join').mockResolvedValue(room as never)
    expect((await run(['room', 'create', 'Kitchen'])).out).toContain(warning)
    const joined = await run(['join', 'bafyroom0'])
    expect(joined.out).toContain(warning)
    expect(joined.out).toContain('kith chat bafyroom0 ')
    expect((await run(['room', 'alias', 'Kitchen', 'Kitchen'])).out).toContain(warning)
    expect((await run(['room', 'show', 'Kitchen'])).out).toMatch(/^ {2}Namesakes +bafyother$/m)
  })

  test('members and leave', async () => {
    node.add('Kitchen', 'chat')
    expect((await run(['members', 'Kitchen'])).out).toContain(`Alice  you     0          ${FAKE_PEER}`)
    expect(await run(['leave', 'Kitchen'])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('join bafyroom0'),
    })
    expect([node.rooms.list(), node.deleted]).toEqual([[], []])
    node.add('Kitchen', 'chat')
    expect((await run(['leave', 'Kitchen', '--delete'])).out).toMatch(/^Left Kitchen, and deleted .* kith gc /s)
    expect(node.deleted).toEqual(['Kitchen'])
  })

  test('an unknown room fails with one line', async () => {
    expect(await run(['read', 'Attic'])).toEqual({ exitCode: 1, out: '', err: 'kith: There is no room "Attic".\n' })
  })
})

describe('join', () => {
  test('takes a whole command that was pasted behind it', async () => {
    const join = vi.spyOn(node.rooms, 'join')
    await run(['join', '--no-wait', 'npx', 'kith', 'join', 'bafyelsewhere', '--peer', '/ip4/10.0.0.1/tcp/1'])
    expect(join).toHaveBeenCalledWith('npx kith join bafyelsewhere', { peers: ['/ip4/10.0.0.1/tcp/1'] })
  })

  test('shows what it is waiting for until the room is open', async () => {
    const terminal = new FakeTerminal()
    const joining = run(['join', 'bafyelsewhere', '--peer', '/ip4/10.0.0.1/tcp/1'], terminal)
    await vi.waitFor(() => expect(terminal.err).toBe('Joined; waiting for a peer at /ip4/10.0.0.1/tcp/1…\n'))
    const room = node.rooms.get('bafyelsewhere')
    room.waitingFor = 'the root document'
    await vi.waitFor(() => expect(terminal.err).toContain('Joined; waiting for the root document…\n'))
    Object.assign(room, { app: 'chat' })
    room.say('Bob', 'hi')
    room.open('Kitchen')
    expect(await joining).toMatchObject({
      exitCode: 0,
      out: `Joined Kitchen (chat), 1 document.  Talk:  kith chat Kitchen --data ${dataDir}\n`,
    })
    expect(terminal.interruptible).toBe(false)
  })

  test('shows this on one line of a terminal', async () => {
    const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    const joining = run(['join', 'bafyelsewhere'], terminal)
    await vi.waitFor(() => expect(terminal.err).toContain('\r\u001b[KJoined; waiting for a peer… 0 s'))
    node.rooms.get('bafyelsewhere').open('Kitchen')
    await joining
    expect(terminal.err).not.toContain('\n')
    expect(terminal.err.endsWith('\r\u001b[K')).toBe(true)
  })

  describe('waits for the history', () => {
    const joinBehind = async (terminal: FakeTerminal, ...options: string[]) => {
      const joining = run(['join', 'bafyelsewhere', ...options], terminal)
      await vi.waitFor(() => expect(node.rooms.list()).toHaveLength(1))
      const room = node.rooms.get('bafyelsewhere')
      Object.assign(room, { app: 'chat', missing: 100_000, perSecond: 7_013 })
      room.open('Kitchen')
      await vi.waitFor(() => expect(room.listenerCount('progress')).toBe(1))
      return { joining, room }
    }

    test('with a bar on a terminal', async () => {
      const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
      const { joining, room } = await joinBehind(terminal)
      room.advance(58_800, 7_013)
      const bar = /K\[\.+\] {3}0% {2}0 of about 58,800 documents {2}7,000 \/s {2}9 s left$/
      await vi.waitFor(() => expect(terminal.err).toMatch(bar))
      room.advance(0, 7_013)
      expect(await joining).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Joined Kitchen \(chat\)/) })
      expect(terminal.err).not.toContain('\n')
      expect(terminal.err.endsWith('\r\u001b[K')).toBe(true)
    })

    test('with a line of JSON now and then, and the room last', async () => {
      const terminal = new FakeTerminal()
      const { joining, room } = await joinBehind(terminal, '--json')
      await vi.waitFor(() => expect(terminal.out).not.toBe(''))
      room.advance(0, 7_013)
      const { out } = await joining
      const lines = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines[0]).toEqual({ progress: expect.objectContaining({ what: 'history', missing: 100_000 }) })
      expect(lines.at(-2)).toEqual({ progress: room.progress() })
      expect(lines.at(-1)).toEqual(JSON.parse(JSON.stringify(room.details())))
    })

    test('without a word elsewhere, until nothing comes', async () => {
      const terminal = new FakeTerminal()
      const { joining, room } = await joinBehind(terminal)
      room.advance(58_800, 0)
      const { exitCode, err } = await joining
      expect(exitCode).toBe(0)
      const missing = 'About 58,800 documents are missing, and follow once a peer sends them'
      expect(err.split('\n').slice(1)).toEqual([`${missing}: kith status --data ${dataDir}`, ''])
    })

    test('no longer than until the state is here by a checkpoint', async () => {
      const terminal = new FakeTerminal()
      const { joining, room } = await joinBehind(terminal)
      room.provisional = { of: 'checkpoint', author: 'Anna', documents: 100_000 }
      room.emit('joined', room.summary())
      const { exitCode, out, err } = await joining
      expect(exitCode).toBe(0)
      expect(out).toMatch(/^Joined Kitchen \(chat\), about 100,000 documents\./)
      expect(err).toContain(`About 100,000 documents are missing, and follow: kith status --data ${dataDir}\n`)
    })

    test('and before that for the state itself', async () => {
      const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
      const { joining, room } = await joinBehind(terminal)
      const state = { what: 'state', known: 4 * 2 ** 20, have: 2 ** 20, missing: 3 * 2 ** 20 } as const
      room.emit('progress', { ...room.progress(), ...state, perSecond: 0, remainingMs: null })
      const bar = /K\[#+\.+\] {2}25% {2}1\.0 MiB of 4\.0 MiB of the state {2}nothing comes at present$/
      await vi.waitFor(() => expect(terminal.err).toMatch(bar))
      room.emit('joined', room.summary())
      expect(await joining).toMatchObject({ exitCode: 0 })
    })

    test('but not if the newest documents are wanted first', async () => {
      const joining = run(['join', 'bafyelsewhere', '--newest-first'])
      await vi.waitFor(() => expect(node.rooms.list()).toHaveLength(1))
      const room = node.rooms.get('bafyelsewhere')
      Object.assign(room, { app: 'chat', missing: 100_000, perSecond: 7_013 })
      room.open('Kitchen')
      expect(await joining).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Joined Kitchen/) })
    })

    test('until Ctrl-C', async () => {
      const terminal = new FakeTerminal()
      const { joining, room } = await joinBehind(terminal)
      await terminal.interrupt()
      const { exitCode, err } = await joining
      expect(exitCode).toBe(1)
      expect(err).toContain('The room is joined and open, and the rest of its history follows: kith status')
      await vi.waitFor(() => expect(room.listenerCount('progress')).toBe(0))
    })
  })

  test('Ctrl-C leaves the room joined', async () => {
    const terminal = new FakeTerminal()
    const joining = run(['join', 'bafyelsewhere'], terminal)
    await terminal.interrupt()
    expect(await joining).toMatchObject({ exitCode: 1, err: expect.stringContaining('The room stays joined') })
    expect(node.rooms.get('bafyelsewhere').status).toBe('waiting')
  })

  test('does not wait with --no-wait', async () => {
    expect(await run(['join', 'bafyelsewhere', '--no-wait'])).toMatchObject({
      exitCode: 0,
      out: 'Joined, not open yet: waiting for a peer.\n',
    })
    expect(JSON.parse((await run(['join', 'bafyother', '--no-wait', '--json'])).out)).toMatchObject({
      status: 'waiting',
    })
  })

  test('of something that is not a room id is a usage error', async () => {
    expect(await run(['join', 'Kitchen'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('is not a room id'),
    })
  })
})

describe('a private room', () => {
  const isPrivate = { access: 'private', role: 'writer', app: 'chat' } as const

  async function joinedAs(unusual: Partial<RoomDetails>): Promise<string> {
    const joining = run(['join', 'bafyfamily'])
    const room = await vi.waitFor(() => node.rooms.get('bafyfamily'))
    room.unusual = unusual
    room.open('Family')
    return (await joining).out
  }

  test('has a link that is not called an invite', async () => {
    node.add('Family', 'chat').unusual = isPrivate
    const { out } = await run(['room', 'show', 'Family'])
    expect(out).toContain('Link       kith:bafyroom0\n')
    expect(out).not.toContain('Invite')
  })

  test('says of an invite that is still to come that it brings what is missing, and asks for no other one', async () => {
    const invited = { status: 'awaited', invite: null } as const
    node.add('Family', 'chat').unusual = { ...isPrivate, role: 'none', unread: 1_109, invited }
    const shown = (await run(['room', 'show', 'Family'])).out
    expect(shown).toContain('only members read and write; this node has an invite that is still to come\n')
    expect(shown).toContain('1,109 documents that wait for the invite\n')
    const { err } = await run(['file', 'list', 'Family'])
    expect(err).toMatch(/^1,109 documents can be read once the invite has arrived.* How far it is: {2}kith status/)
  })

  test('that is still to come has no rule of access yet', async () => {
    node.add('Family', 'chat').unusual = { status: 'waiting', access: 'open' }
    expect((await run(['room', 'show', 'Family'])).out).toMatch(/\n {2}Access +-\n/)
  })

  test('that cannot be read says so wherever one would read', async () => {
    const waitingFor = 'an invite: only members read this room'
    const unread = { ...isPrivate, app: '', name: '', role: 'none', unread: 3, waitingFor } as const
    expect(await joinedAs(unread)).toBe(
      'Joined room bafyfamily, 0 documents. It waits for an invite: only members read this room.\n',
    )
    const count =
      /^3 documents cannot be read here for want of a key\. What it waits for: {2}kith room show bafyfamily /
    for (const argv of [['read'], ['file', 'list']]) {
      expect((await run([...argv, 'Family'])).err).toMatch(count)
    }
    expect((await run(['file', 'list', 'Family'])).out).toBe('No files that can be read here.\n')
    expect(await run(['chat', 'Family'])).toMatchObject({
      exitCode: 1,
      err: 'kith: room bafyfamily cannot be read here: it waits for an invite: only members read this room.\n',
    })
  })

  test('is not deleted before the user knows what is lost', async () => {
    node.add('Family', 'chat').unusual = { ...isPrivate, role: 'owner' }
    const refused = await run(['leave', 'Family', '--delete'])
    expect(refused).toMatchObject({ exitCode: 2, out: '' })
    expect(refused.err).toMatch(/needs a new invite\. This node owns the room: hand it over before \(kith role Family /)
    expect(node.deleted).toEqual([])
    const { out } = await run(['leave', 'Family', '--delete', '--yes'])
    expect(out).toMatch(/^Left Family, and deleted .* To come back: by an invite of an admin\.\n/)
    expect(node.deleted).toEqual(['Family'])
  })

  test('tells readers that they do not write', async () => {
    expect(await joinedAs({ ...isPrivate, role: 'reader' })).toContain('Readers do not write: an admin can change that')
  })

  test('says who reads on when a member is removed', async () => {
    const room = node.add('Family', 'chat')
    room.unusual = isPrivate
    expect((await run(['remove', 'Family', 'Bob'])).err).toContain('cannot be recalled; Bob reads nothing new.')
    room.unusual = { access: 'public-read' }
    expect((await run(['remove', 'Family', 'Bob'])).err).toContain('whoever has the id of the room reads on.')
  })
})

describe('invite --qr', () => {
  test('shows a code in a terminal, below the line', async () => {
    node.add('Family', 'chat')
    const terminal = new FakeTerminal({}, true)
    const { out } = await run(['invite', 'Family', '--qr'], terminal)
    expect(out.startsWith('  Invite  kith:')).toBe(true)
    expect(out.trimEnd().split('\n').at(-1)).toContain('\u001b[38;5;16;48;5;231m')
  })

  test('says why there is none elsewhere, and prints the line', async () => {
    node.add('Family', 'chat')
    const { exitCode, out } = await run(['invite', 'Family', '--qr'])
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /^ {2}Invite {2}kith:.*\nA QR code is shown in a terminal only\. Use the line above instead\.\n$/s,
    )
  })
})

describe('invite', () => {
  test.each([
    [[], 'One person becomes a writer with:  kith join "kith:'],
    [['--role', 'admin', '--uses', '2'], 'Up to 2 people become admins with:  kith join "kith:'],
    [['--role', 'carrier'], 'One node becomes a carrier with:  kith carry "kith:'],
  ])('with %j says what the line is for, in commands that a shell takes', async (flags, line) => {
    node.add('Our Family', 'chat')
    const { out } = await run(['invite', 'Our Family', ...flags])
    expect(out).toContain(line)
    expect(out).toContain("kith invite-withdraw 'Our Family' ")
  })
})
