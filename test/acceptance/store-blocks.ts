/** What every store does with blocks: the part of the contract about links, needs and presence. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blockIdOf } from '../../protocols/wire/block-ids.ts'
import { compareDocumentIds, type BlockId } from '../../protocols/wire/ids.ts'
import type { UnneededPage, WalkPlace } from '../../src/store/blocks.ts'
import type { Store, Write } from '../../src/store/store.ts'
import { everyWrite } from './store-every-write.ts'
import { snapshotOf } from './store-random.ts'
import {
  authorOf,
  blockOf,
  contentOf,
  documentRow,
  ensuredRow,
  fileRow,
  idOf,
  linkingRow,
  peerOf,
} from './store-rows.ts'
import { putBlock, putDocument, putNeeds, roomRow } from './store-rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

const room = idOf('room')
const otherRoom = idOf('other room')

/** As many roots, and as many needs of one root, as a node can have. */
const MANY = 100_000

export function blockTests(open: () => StoreUnderTest): void {
  describe('blocks', () => {
    let subject: StoreUnderTest
    let store: Store

    const transact = (...writes: Write[]): void => {
      for (const write of writes) store.apply(write)
      store.commit()
    }

    beforeEach(() => {
      subject = open()
      store = subject.store
    })
    afterEach(() => subject.cleanup())

    test('documents that link to blocks are listed in the order of their room', () => {
      const [late, early] = [linkingRow('a', { clock: 2, links: [blockOf(2), blockOf(1)] }), linkingRow('b')]
      const equal = linkingRow('c', { clock: 2, links: [idOf('a document')] })
      const elsewhere = linkingRow('a', { links: [] })
      transact(
        { type: 'put-linking', room, row: late },
        { type: 'put-linking', room, row: early },
        { type: 'put-linking', room, row: equal },
        { type: 'put-linking', room: otherRoom, row: elsewhere },
      )
      const [first, second] = [late, equal].toSorted((a, b) => compareDocumentIds(a.id, b.id))
      expect(store.linking(room)).toEqual([early, first, second])
      expect(store.linking(otherRoom)).toEqual([elsewhere])
      expect(store.newestLinking(room, 2)).toEqual([second, first])
      expect(store.newestLinking(room, 2, second)).toEqual([first, early])
      expect(store.newestLinking(room, 2, early)).toEqual([])
      const moved = { ...early, clock: 3 }
      transact({ type: 'put-linking', room, row: moved })
      expect(store.linking(room)).toEqual([first, second, moved])
      transact(
        { type: 'delete-linking', room, id: second!.id },
        { type: 'delete-linking', room: otherRoom, id: first!.id },
      )
      expect(store.linking(room)).toEqual([first, moved])
      expect(store.linking(idOf('unknown'))).toEqual([])
    })

    test('files are found by document, root and name, in the order of their room', () => {
      const soup = fileRow('soup', { clock: 3, name: 'süß \0 🍲', sizeBytes: Number.MAX_SAFE_INTEGER, timeMs: 0 })
      const photos = fileRow('photos', { type: 'folder', author: authorOf('b') })
      const again = fileRow('again', { clock: 2, root: soup.file.root, name: 'photos' })
      const rows = [soup, photos, again, linkingRow('no file', { links: [soup.file.root] })]
      const elsewhere = fileRow('soup')
      transact(...rows.map((row): Write => ({ type: 'put-linking', room, row })), {
        type: 'put-linking',
        room: otherRoom,
        row: elsewhere,
      })
      expect(store.files(room, {})).toEqual([photos, again, soup])
      expect(store.files(room, { name: 'photos' })).toEqual([photos, again])
      expect(store.files(room, { name: 'süß \0 🍲' })).toEqual([soup])
      expect(store.files(room, { root: soup.file.root })).toEqual([again, soup])
      expect(store.files(room, { document: photos.id })).toEqual([photos])
      expect(store.files(room, { document: idOf('no file') })).toEqual([])
      expect(store.files(room, { name: 'photos', root: soup.file.root })).toEqual([again])
      for (const name of ['', 'Photos', 'photo', 'süß ', 'süß \0']) expect(store.files(room, { name })).toEqual([])
      expect(store.files(otherRoom, {})).toEqual([elsewhere])
      expect(store.files(idOf('unknown'), {})).toEqual([])

      const { file: _, ...withoutFile } = again
      transact({ type: 'put-linking', room, row: withoutFile })
      expect(store.files(room, { name: 'photos' })).toEqual([photos])
      expect(store.files(room, { root: soup.file.root })).toEqual([soup])
    })

    test('a sealed file has its key and its root of before', () => {
      const sealing = { key: new Uint8Array(32).fill(7), root: blockOf('before') }
      const [sealed, open] = [fileRow('sealed', { sealing }), fileRow('open', { clock: 2 })]
      transact({ type: 'put-linking', room, row: sealed }, { type: 'put-linking', room, row: open })
      expect(store.files(room, {})).toEqual([sealed, open])
      expect(store.linking(room)).toEqual([sealed, open])
      expect(store.files(room, { root: sealing.root }), 'it is found by its sealed root').toEqual([])
      const { sealing: _, ...file } = sealed.file
      transact({ type: 'put-linking', room, row: { ...sealed, file } })
      expect(store.files(room, {})[0]?.file.sealing).toBeUndefined()
    })

    test('a root is stored by its room and id, or by its id alone if it has no room', () => {
      const [inRoom, elsewhere, nowhere] = [room, otherRoom, undefined].map((each) => ensuredRow('a', { room: each }))
      transact({ type: 'put-ensured', row: inRoom! }, { type: 'put-ensured', row: elsewhere! })
      expect(store.ensured(undefined, blockOf('a'))).toBeUndefined()
      transact({ type: 'put-ensured', row: nowhere! })
      const failed = { ...nowhere!, state: 'failed' as const, failure: 'too-large', maxBytes: Number.MAX_SAFE_INTEGER }
      const complete = { ...inRoom!, state: 'complete' as const, pinned: true, jobs: ['b', 'Ä \0', 'b'], addedAtMs: 0 }
      transact(
        { type: 'put-ensured', row: failed },
        { type: 'put-ensured', row: { ...complete, blocks: 3, sizeBytes: 2 ** 50 } },
      )
      expect(store.ensured(room, blockOf('a'))).toEqual({ ...complete, blocks: 3, sizeBytes: 2 ** 50 })
      expect(store.ensured(otherRoom, blockOf('a'))).toEqual(elsewhere)
      expect(store.ensured(undefined, blockOf('a'))).toEqual(failed)
      expect(store.ensured(room, blockOf('unknown'))).toBeUndefined()
      expect(store.ensured(idOf('unknown'), blockOf('a'))).toBeUndefined()
      transact(
        { type: 'delete-ensured', room: undefined, id: blockOf('a') },
        { type: 'delete-ensured', room, id: blockOf('unknown') },
        { type: 'delete-ensured', room: idOf('unknown'), id: blockOf('a') },
      )
      expect(store.ensuredRows({})).toEqual([{ ...complete, blocks: 3, sizeBytes: 2 ** 50 }, elsewhere])
    })

    test('roots are listed in order of arrival, by room, by state and by whether they are pinned', () => {
      const [c, a, b] = [
        ensuredRow('c', { addedAtMs: 3 }),
        ensuredRow('a', { addedAtMs: 1, room: undefined }),
        ensuredRow('b', { addedAtMs: 2, room: otherRoom, state: 'complete', pinned: true }),
      ]
      transact(...[c, a, b].map((row): Write => ({ type: 'put-ensured', row })))
      const replaced = { ...c, state: 'complete' as const }
      transact({ type: 'put-ensured', row: replaced })
      expect(store.ensuredRows({})).toEqual([replaced, a, b])
      expect(store.ensuredRows({ state: 'complete' })).toEqual([replaced, b])
      expect(store.ensuredRows({ room: null })).toEqual([a])
      expect(store.ensuredRows({ room: otherRoom })).toEqual([b])
      expect(store.ensuredRows({ room: otherRoom, state: 'searching' })).toEqual([])
      expect(store.ensuredRows({ room: null, state: 'searching' })).toEqual([a])
      expect(store.ensuredRows({ room: idOf('unknown') })).toEqual([])
      expect(store.ensuredRows({ limit: 2 })).toEqual([replaced, a])
      expect(store.ensuredRows({ state: 'complete', pinned: true })).toEqual([b])
      expect(store.ensuredRows({ room, state: 'complete', pinned: false, limit: 1 })).toEqual([replaced])
      expect(store.ensuredRows({ limit: 0 })).toEqual([])
      transact({ type: 'delete-ensured', room, id: c.id }, { type: 'put-ensured', row: c })
      expect(store.ensuredRows({})).toEqual([a, b, c])
    })

    test('needs are recorded by root, once, and removed with it', () => {
      transact(
        { type: 'put-ensured', row: ensuredRow('a') },
        { type: 'put-ensured', row: ensuredRow('a', { room: undefined }) },
        { type: 'put-ensured', row: ensuredRow('b') },
        putNeeds(room, 'a', ['a', 'x', 'y']),
        putNeeds(room, 'a', ['z', 'y', 'x']),
        putNeeds(undefined, 'a', ['a', 'w']),
        putNeeds(room, 'b', ['y']),
      )
      const isNeeded = (...labels: string[]) => labels.map((label) => store.isNeeded(room, blockOf(label)))
      expect(isNeeded('a', 'x', 'y', 'z', 'w', 'unknown')).toEqual([true, true, true, true, false, false])
      expect(store.isNeeded(otherRoom, blockOf('x'))).toBe(false)

      transact({ type: 'delete-ensured', room, id: blockOf('a') })
      expect(isNeeded('a', 'x', 'y', 'z')).toEqual([false, false, true, false])
      transact({ type: 'put-ensured', row: ensuredRow('a') })
      expect(isNeeded('a', 'x', 'y', 'z')).toEqual([false, false, true, false])
    })

    test('a root that is replaced keeps its needs, and what is not a root has none', () => {
      transact({ type: 'put-ensured', row: ensuredRow('a') }, putNeeds(room, 'a', ['x']))
      transact({ type: 'put-ensured', row: ensuredRow('a', { state: 'complete' }) })
      expect(store.isNeeded(room, blockOf('x'))).toBe(true)
      transact(putNeeds(otherRoom, 'a', ['y']), putNeeds(room, 'b', ['y']), putNeeds(undefined, 'a', ['y']))
      expect(store.isNeeded(otherRoom, blockOf('y'))).toBe(false)
      expect(store.isNeeded(room, blockOf('y'))).toBe(false)
    })

    test('a block is there with every byte until it is deleted', () => {
      const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256)
      const blocks = [large, new Uint8Array(0), contentOf('a')].map((block) => ({ id: blockIdOf('raw', block), block }))
      const document = { id: blockIdOf('dag-cbor', contentOf('a')), block: contentOf('a') }
      for (const { id, block } of [...blocks, document]) {
        expect([store.block(id), store.blockSizeBytes(id)]).toEqual([undefined, undefined])
        for (let i = 0; i < 2; i++) {
          transact({ type: 'put-block', id, block })
          expect(Buffer.compare(store.block(id)!, block)).toBe(0)
          expect(store.blockSizeBytes(id)).toBe(block.length)
        }
      }
      transact({ type: 'delete-blocks', ids: [document.id, blockOf('unknown'), document.id] })
      expect([store.block(document.id), store.blockSizeBytes(document.id)]).toEqual([undefined, undefined])
      expect(blocks.map(({ id }) => store.blockSizeBytes(id))).toEqual([300_000, 0, 1])
      transact({ type: 'put-block', ...document })
      expect(store.block(document.id)).toEqual(document.block)
    })

    test('blocks put durably are there with every byte, also after a rollback and a restart', async () => {
      const [a, b] = ['a', 'b'].map((label) => ({ id: blockOf(label), block: contentOf(label) }))
      store.apply({ type: 'put-ensured', row: ensuredRow('a') })
      await store.putDurably([a!, b!, a!])
      store.rollback()
      expect([store.ensured(room, a!.id), store.block(a!.id), store.block(b!.id)]).toEqual([
        ...[undefined, a!.block, b!.block],
      ])
      transact({ type: 'put-block', ...a! }, { type: 'delete-blocks', ids: [b!.id] })
      await store.putDurably([])
      store = subject.reopen()
      expect([store.blockSizeBytes(a!.id), store.blockSizeBytes(b!.id)]).toEqual([1, undefined])
      await store.putDurably([b!])
      expect(store.block(b!.id)).toEqual(b!.block)
    })

    test('small blocks are stored and deleted with the transaction', () => {
      const isHere = () => ['a', 'b'].map((label) => store.blockSizeBytes(blockOf(label)) !== undefined)
      store.apply(putBlock('a'))
      expect(isHere()).toEqual([true, false])
      store.rollback()
      expect(isHere()).toEqual([false, false])
      expect(store.unneededBlocks(Infinity).blocks).toEqual([])
      transact(putBlock('a'), putBlock('b'))
      store.apply({ type: 'delete-blocks', ids: [blockOf('a')] })
      expect(isHere()).toEqual([false, true])
      store.rollback()
      expect(isHere()).toEqual([true, true])
      store.apply({ type: 'delete-blocks', ids: [blockOf('a')] })
      store = subject.reopen()
      expect(isHere()).toEqual([true, true])
      transact({ type: 'delete-blocks', ids: [blockOf('a')] })
      store.apply(putBlock('a'))
      store = subject.reopen()
      expect(isHere()).toEqual([false, true])
    })

    test('large blocks are stored and deleted when that is applied, whatever becomes of the transaction', () => {
      const blocks = [1, 2].map((byte) => new Uint8Array(64 * 1024).fill(byte))
      const [a, b] = blocks.map((block) => ({ type: 'put-block', id: blockIdOf('raw', block), block }) as const)
      const isHere = () => [a!, b!].map(({ id }) => store.blockSizeBytes(id) !== undefined)
      const row = ensuredRow('a')
      for (const write of [{ type: 'put-ensured', row } as const, a!]) store.apply(write)
      store.rollback()
      expect(store.ensured(room, row.id)).toBeUndefined()
      expect(isHere()).toEqual([true, false])
      for (const write of [b!, { type: 'delete-blocks', ids: [a!.id] } as const]) store.apply(write)
      store.rollback()
      expect(isHere()).toEqual([false, true])
      store.apply(a!)
      store = subject.reopen()
      expect(isHere()).toEqual([true, true])
    })

    test('blocks that were put in both ways are walked through, counted and deleted once', async () => {
      const both = ['a', 'b', 'c'].map((label) => ({ id: blockOf(label), block: contentOf(label) }))
      await store.putDurably([...both, { id: blockOf('kept'), block: contentOf('kept') }])
      transact(...both.map((each): Write => ({ type: 'put-block', ...each })), putBlock('row'))
      const walked: BlockId[] = []
      let after: WalkPlace | undefined
      do {
        const page = store.unneededBlocks(2, after)
        walked.push(...page.blocks.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(walked.toSorted()).toEqual([...both.map(({ id }) => id), blockOf('kept'), blockOf('row')].toSorted())
      transact({ type: 'delete-blocks', ids: both.map(({ id }) => id) })
      expect(both.map(({ id }) => store.block(id))).toEqual([undefined, undefined, undefined])
      expect(store.unneededBlocks(Infinity).blocks).toHaveLength(2)
    })

    test('blocks that no root needs are found page by page, even while they are deleted', () => {
      const labels = Array.from({ length: 25 }, (_, i) => `block ${i}`)
      transact(
        { type: 'put-ensured', row: ensuredRow(labels[0]!) },
        { type: 'put-ensured', row: ensuredRow(labels[1]!, { room: undefined }) },
        putNeeds(room, labels[0]!, labels.slice(0, 3)),
        putNeeds(undefined, labels[1]!, labels.slice(1, 5)),
        ...labels.map((label) => putBlock(label)),
      )
      const unneeded = labels.slice(5).map((label) => ({ id: blockOf(label), sizeBytes: label.length }))
      const inOrder = (blocks: readonly { id: BlockId }[]) => blocks.toSorted((a, b) => compareDocumentIds(a.id, b.id))
      expect(store.unneededBlocks(Infinity).next).toBeUndefined()
      expect(inOrder(store.unneededBlocks(Infinity).blocks)).toEqual(inOrder(unneeded))
      expect(store.unneededBlocks(0)).toEqual({ blocks: [], next: undefined })

      const pages = (isDeleting: boolean) => {
        const found: UnneededPage['blocks'][] = []
        for (let after: WalkPlace | undefined; found.length === 0 || after !== undefined;) {
          const { blocks, next } = store.unneededBlocks(7, after)
          found.push(blocks)
          if (isDeleting) transact({ type: 'delete-blocks', ids: blocks.map(({ id }) => id) })
          after = next
        }
        return found
      }
      const found = pages(false)
      expect(found).toHaveLength(4)
      expect(found.every((page) => page.length <= 7)).toBe(true)
      expect(found.flat()).toEqual(store.unneededBlocks(Infinity).blocks)
      expect(pages(true)).toEqual(found)
      expect(store.unneededBlocks(Infinity)).toEqual({ blocks: [], next: undefined })
      transact({ type: 'delete-ensured', room, id: blockOf(labels[0]!) })
      expect(store.unneededBlocks(Infinity).blocks.map(({ id }) => id)).toEqual([blockOf(labels[0]!)])
    })

    test('what a root needed is released with it, until that is forgotten', () => {
      transact(
        { type: 'put-ensured', row: ensuredRow('a') },
        { type: 'put-ensured', row: ensuredRow('b', { room: undefined }) },
        putNeeds(room, 'a', ['a', 'x', 'shared', 'elsewhere']),
        putNeeds(undefined, 'b', ['shared']),
        ...['a', 'x', 'shared', 'never needed'].map((label) => putBlock(label)),
      )
      const released = (limit = Infinity) => {
        const { ids, unneeded } = store.releasedBlocks(limit)
        return [new Set(ids), new Set(unneeded.map(({ id }) => id))]
      }
      const idsOf = (...labels: string[]) => new Set(labels.map((label) => blockOf(label)))
      expect(released()).toEqual([idsOf(), idsOf()])
      transact({ type: 'delete-ensured', room, id: blockOf('a') })
      expect(released()).toEqual([idsOf('a', 'x', 'shared', 'elsewhere'), idsOf('a', 'x')])
      expect(store.releasedBlocks(Infinity).unneeded).toContainEqual({ id: blockOf('x'), sizeBytes: 1 })
      expect(released(3)[0]?.size).toBe(3)
      transact({ type: 'put-ensured', row: ensuredRow('a') }, putNeeds(room, 'a', ['a']))
      expect(released()).toEqual([idsOf('a', 'x', 'shared', 'elsewhere'), idsOf('x')])
      transact({ type: 'forget-released', ids: [...idsOf('a', 'shared', 'elsewhere', 'unknown')] })
      store = subject.reopen()
      expect(released()).toEqual([idsOf('x'), idsOf('x')])
      transact({ type: 'delete-blocks', ids: [blockOf('x')] })
      expect(released()).toEqual([idsOf('x'), idsOf()])
    })

    test('a room is emptied of all but its own mark, and releases what its roots need', () => {
      for (const write of everyWrite('a')) store.apply(write)
      store.apply({ type: 'put-own-mark', room, mark: { documents: 7, givenUp: 0 } })
      store.apply(putDocument(documentRow('b', { room: otherRoom })))
      store.apply(putBlock('a'))
      store.commit()
      const left = roomRow(room, { status: 'left', name: '' })
      const before = snapshotOf(store, [room])
      store.apply({ type: 'empty-room', room: left })
      store.rollback()
      expect(snapshotOf(store, [room])).toEqual(before)

      store.apply({ type: 'empty-room', room: left })
      store.commit()
      expect(store.rooms()).toEqual([left])
      expect(store.ownMark(room)).toEqual({ documents: 7, givenUp: 0 })
      expect([store.totals(room), store.totals(otherRoom).documents]).toEqual([{ documents: 0, sizeBytes: 0 }, 1])
      expect([store.headCount(room), store.newestHeads(room, 9), store.authorHeads(room)]).toEqual([0, [], []])
      expect([store.pending(room), store.linking(room), store.ensuredRows({ room })]).toEqual([[], [], []])
      expect([store.state(room), store.peerFrontiers(room), store.sharing(room)]).toEqual([undefined, [], []])
      expect([store.unacked(room, peerOf('x')), store.document(documentRow('a').id)]).toEqual([[], undefined])
      expect(store.releasedBlocks(9).unneeded.map(({ id }) => id)).toEqual([blockOf('a')])

      // It can begin anew.
      for (const write of everyWrite('a')) store.apply(write)
      store.commit()
      expect(store.totals(room).documents).toBe(3)
      expect(store.headCount(room)).toBe(1)
    })

    test(`${MANY} roots and ${MANY} needs of one root take no longer to query than few`, () => {
      const shared = blockOf('shared')
      const row = ensuredRow('deep', { room: otherRoom })
      const needs = Array.from({ length: MANY }, (_, i) => ({ id: blockOf(i) }))
      store.apply({ type: 'put-ensured', row })
      store.apply({ type: 'put-needs', room: otherRoom, root: row.id, needs })
      for (const { id } of needs) {
        store.apply({ type: 'put-ensured', row: { ...row, room, id } })
        store.apply({ type: 'put-needs', room, root: id, needs: [{ id: shared }] })
      }
      store.commit()
      // Enough queries to take forever if one goes through all rows.
      const asked = needs.filter((_, i) => i % 10 === 0)
      let found = 0
      for (const { id } of asked) {
        if (store.isNeeded(otherRoom, shared) || store.isNeeded(room, id)) throw new Error('not needed there')
        if (!store.isNeeded(otherRoom, id) || !store.isNeeded(room, shared)) throw new Error('needed there')
        if (store.ensured(room, id) !== undefined && store.blockSizeBytes(id) === undefined) found++
      }
      expect(found).toBe(asked.length)
      expect(store.ensuredRows({ room: otherRoom })).toHaveLength(1)
      transact({ type: 'delete-ensured', room: otherRoom, id: row.id })
      expect(store.isNeeded(otherRoom, needs[0]!.id)).toBe(false)
    })
  })
}
