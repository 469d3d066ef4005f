import { expect, test } from 'vitest'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { BackupStore } from '../../../src/simulate/backup-store.ts'

const room = (name: string) => ({ id: name as DocumentId, status: 'open', name, app: 'chat', joinedAtMs: 0 }) as const

/** A store whose flushes end when the test says so. */
function slow() {
  const waiting: (() => void)[] = []
  const store = new BackupStore((flushed) => waiting.push(flushed))
  const put = (name: string): void => {
    store.apply({ type: 'put-room', room: room(name) })
    store.commit()
  }
  return { store, put, flush: () => waiting.splice(0).forEach((flushed) => flushed()) }
}

const namesIn = (store: BackupStore): string[] => store.rooms().map(({ name }) => name)

test('a backup has what was committed, and nothing that came later', () => {
  const { store, put } = slow()
  put('one')
  store.apply({ type: 'put-room', room: room('open') })
  const backup = store.backUp()
  store.rollback()
  put('two')
  expect(namesIn(backup())).toEqual(['one'])
  expect(namesIn(store)).toEqual(['one', 'two'])
})

test('what a power cut took is in no backup, and what a kill left is', () => {
  const { store, put, flush } = slow()
  put('one')
  let isFlushed = false
  store.flush(() => (isFlushed = true))
  flush()
  expect(isFlushed).toBe(true)
  put('two')
  store.losePower()
  expect(namesIn(store.backUp()())).toEqual(['one'])
  put('three')
  store.kill()
  store.losePower()
  expect(namesIn(store.backUp()())).toEqual(['one', 'three'])
})

test('a store that was made from a backup can be backed up again', () => {
  const { store, put } = slow()
  put('one')
  const restored = store.backUp()()
  restored.apply({ type: 'put-room', room: room('two') })
  restored.commit()
  expect(namesIn(restored.backUp()())).toEqual(['one', 'two'])
})
