/** A node that goes on from an old copy of its store: it reuses sequence numbers. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../protocols/document/document.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { encodeAct } from '../../../src/room/access/acts.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { openVirtualStore } from './virtual-store.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-backup-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const seqOf = (node: TestNode, id: DocumentId): number => decodeDocument(node.store.document(id)!.block).seq

describe('a store restored from an old backup', () => {
  it('loses nothing that others have: both ends of the forked chain are kept, and all nodes agree', () => {
    const path = join(folder, 'kith.db')
    const backup = join(folder, 'backup.db')
    const nodes = new Nodes()
    const anna = nodes.add('anna', 1, openVirtualStore(path))
    const bob = nodes.add('bob', 2)
    const carl = nodes.add('carl', 3)
    const room = anna.create()
    for (const other of [bob, carl]) {
      other.command({ type: 'join', room })
      nodes.link(anna, other)
    }
    nodes.link(bob, carl)
    const before = anna.say(room, 'before the backup')
    nodes.run(5_000)
    anna.restart(() => {
      anna.store.close()
      copyFileSync(path, backup)
      copyFileSync(`${path}-rooms`, `${backup}-rooms`)
      return openVirtualStore(path)
    })
    nodes.run(5_000)
    const lost = [1, 2, 3].map((i) => anna.say(room, `after the backup ${i}`))
    nodes.run(5_000)
    bob.say(room, 'I read that')
    nodes.run(5_000)

    nodes.unlink(anna, bob)
    nodes.unlink(anna, carl)
    anna.restart(() => {
      anna.store.close()
      copyFileSync(backup, path)
      copyFileSync(`${backup}-rooms`, `${path}-rooms`)
      return openVirtualStore(path)
    })
    expect(anna.has(before)).toBe(true)
    expect(lost.some((id) => anna.has(id))).toBe(false)
    const again = [1, 2].map((i) => anna.say(room, `written again ${i}`))
    expect(seqOf(anna, again[0]!)).toBe(seqOf(bob, lost[0]!))

    nodes.link(anna, bob)
    nodes.link(anna, carl)
    nodes.run(10_000)
    for (const node of [anna, bob, carl]) {
      for (const id of [before, ...lost, ...again]) expect(node.has(id)).toBe(true)
      expect(node.documents(room)).toEqual(anna.documents(room))
      expect(node.stateHash(room)).toBe(anna.stateHash(room))
      expect(node.faultCodes()).toEqual([])
      expect(node.events.some((event) => event.type === 'fork' && event.author === anna.signer.author)).toBe(true)
    }
    const next = anna.say(room, 'going on')
    nodes.run(10_000)
    expect(seqOf(bob, next)).toBeGreaterThan(seqOf(bob, lost.at(-1)!))
    expect(anna.store.newestHeads(room, Infinity)).toEqual(bob.store.newestHeads(room, Infinity))
    expect(anna.store.newestHeads(room, Infinity).map(({ id }) => id)).toEqual([next])
    anna.store.close()
  })
})

describe('a key restored into an empty folder', () => {
  it('writes nothing in a room that it joins, not even its name, until it holds what a member has', () => {
    const nodes = new Nodes()
    const [anna, bob, carl] = [nodes.add('anna', 1), nodes.add('bob', 2), nodes.add('carl', 3)]
    const room = anna.create()
    for (const other of [bob, carl]) other.command({ type: 'join', room })
    nodes.link(anna, bob)
    nodes.run(5_000)
    const before = [1, 2, 3].map((i) => anna.say(room, `before ${i}`))
    nodes.run(5_000)
    nodes.unlink(anna, bob)

    anna.isKeyRestored = true
    anna.restart(() => memoryStore())
    anna.command({ type: 'join', room })
    // Carl has nothing of the room yet, so nothing shows what was written.
    nodes.link(anna, carl)
    nodes.run(5_000)
    expect(anna.machine.rooms.get(room)?.isHeldBack).toBe(true)
    expect(() => anna.say(room, 'too early')).toThrow('not here yet')
    anna.restart()
    expect(anna.machine.rooms.get(room)?.isHeldBack).toBe(true)

    nodes.link(anna, bob)
    nodes.run(5_000)
    const after = anna.say(room, 'after')
    nodes.run(5_000)
    expect(seqOf(bob, after)).toBe(seqOf(bob, before.at(-1)!) + 1)
    for (const node of [anna, bob]) expect(node.store.authorHead(room, anna.signer.author)?.forks).toBe(0)
    expect(bob.events.some((event) => event.type === 'fork')).toBe(false)
  })

  it('writes at once in rooms that it creates, and in those that it was in already', () => {
    const nodes = new Nodes()
    const [anna, bob] = [nodes.add('anna', 1), nodes.add('bob', 2)]
    const room = bob.create()
    nodes.link(anna, bob)
    anna.command({ type: 'join', room })
    nodes.run(5_000)
    anna.isKeyRestored = true
    anna.restart()
    expect(anna.has(anna.say(room, 'still here'))).toBe(true)
    expect(anna.has(anna.say(anna.create(), 'mine'))).toBe(true)
    nodes.run(5_000)
    anna.command({ type: 'leave', room, isDeleted: true })
    anna.command({ type: 'join', room })
    nodes.run(5_000)
    const again = anna.say(room, 'again')
    nodes.run(5_000)
    expect(bob.has(again)).toBe(true)
    expect(bob.events.some((event) => event.type === 'fork')).toBe(false)
  })

  it('accepts an invite once it holds what a member has', () => {
    const nodes = new Nodes()
    const [anna, bob] = [nodes.add('anna', 1), nodes.add('bob', 2)]
    const { room = '' as RoomId } = bob.command({ type: 'create', name: 'Family', app: 'chat', access: 'public-read' })
    const seed = Buffer.alloc(32, 5)
    const key = signerOfSeed(seed).author
    const invite = encodeAct({ type: 'invite', key, role: 'writer', expiresMs: undefined, uses: 1 })
    bob.command({ type: 'write', room, ...invite })
    anna.isKeyRestored = true
    anna.restart(() => memoryStore())
    nodes.link(anna, bob)
    anna.command({ type: 'join', room, inviteSeed: seed.toString('hex') })
    nodes.run(5_000)
    const said = anna.say(room, 'here')
    nodes.run(5_000)
    expect(bob.has(said)).toBe(true)
  })
})
