/** The state of a checkpoint with what was written after it, until the history is here. */
import { describe, expect, it } from 'vitest'
import { PUT_KIND } from '../../../protocols/apps/map/constants.ts'
import { MAX_STATE_BYTES } from '../../../protocols/room/constants.ts'
import type { Document } from '../../../protocols/document/document.ts'
import { sha256Hex } from '../../../protocols/wire/crypto.ts'
import { map } from '../../../src/apps/map/index.ts'
import { mapKinds } from '../../../src/apps/map/kinds.ts'
import { PreviewView } from '../../../src/room/preview-view.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { RoomView } from '../../../src/room/view.ts'
import { wholeFold, type WholeState } from '../../../src/room/whole-state.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { peerA, rootOf, welcome, Writer } from './history.ts'

const VALUE_BYTES = 14_000
const fold = wholeFold(map.fold, { owner: rootOf('map').author })

function put(writer: Writer, key: string, value = key): Document {
  const body = mapKinds.put.encode({ key, value })
  return writer.write({ author: 1, parents: [0], isFork: false, signing: 'signed', kind: PUT_KIND, body })
}

/** A view that begins with the state after some documents, and others after it that may come. */
function previewAfter(before: readonly Document[]) {
  const store = memoryStore()
  const graph = new RoomGraph(rootOf('map').id, store)
  const replayed = new RoomView<WholeState<unknown>>(rootOf('map').id, fold as never, store)
  const state = before.reduce((folded, document) => fold.reduce(folded, document), fold.initial())
  const after: Document[] = []
  const view = new PreviewView({ fold, state, documentsAfter: () => after, replayed: replayed as never })
  return { after, graph, replayed, state, view }
}

describe('a preview', () => {
  it('is the state of the checkpoint, and then with what came after it', () => {
    const writer = new Writer(rootOf('map'))
    put(writer, 'a')
    const { after, state, view } = previewAfter(writer.documents)
    expect(view.state).toBe(state)
    expect(view.hash()).toBe(sha256Hex(fold.encode(state)))
    expect(view.encode()).toEqual(fold.encode(state))
    expect(view.sizeBytes()).toBe(fold.sizeBytes(state))
    after.push(put(writer, 'b'))
    expect(view.state).toBe(state)
    view.changed()
    expect(view.toJson()).toEqual(fold.toJson(writer.documents.reduce((s, d) => fold.reduce(s, d), fold.initial())))
    after.pop()
    view.changed()
    expect(view.hash()).toBe(sha256Hex(fold.encode(state)))
  })

  it('refuses what every node would refuse, and goes on after it', () => {
    const writer = new Writer(rootOf('map'))
    const before = [...writer.documents]
    const { after, view } = previewAfter(before)
    let sizeBytes = 0
    for (let i = 0; sizeBytes <= 1.05 * MAX_STATE_BYTES; i++) {
      const document = put(writer, `key ${i}`, 'v'.repeat(VALUE_BYTES))
      after.push(document)
      sizeBytes += document.block.length
    }
    const tooMuch = put(writer, 'more', 'v'.repeat(VALUE_BYTES + 1_000))
    const small = put(writer, 'key 0', 'small')
    expect(view.sizeBytes()).toBeLessThanOrEqual(MAX_STATE_BYTES)
    expect(view.wouldRefuse(tooMuch)).toBe(true)
    expect(view.wouldRefuse(small)).toBe(false)
    after.push(tooMuch, small)
    view.changed()
    expect(view.sizeBytes()).toBeLessThanOrEqual(MAX_STATE_BYTES)
    expect(view.toJson()).toMatchObject({ 'key 0': 'small' })
    expect(view.toJson()).not.toHaveProperty('more')
  })

  it('folds the history beside it, without showing that', () => {
    const writer = new Writer(rootOf('map'))
    put(writer, 'a')
    const { graph, replayed, view } = previewAfter([])
    const shown = view.hash()
    const { accepted } = graph.receive(
      writer.documents.map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(view.fold(accepted)).toEqual([])
    view.changed()
    expect(view.hash()).toBe(shown)
    expect(replayed.toJson()).toMatchObject({ a: 'a' })
  })
})
