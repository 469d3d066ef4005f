/** A node that goes on from an old copy of its store: it reuses sequence numbers. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../protocols/document/document.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
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
