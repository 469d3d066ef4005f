/** What a data folder tells whoever finds it without the key of its node. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AtRestKey } from '../../../src/store/at-rest.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { MIGRATIONS } from '../../../src/store/migrations.ts'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { authorOf, blockOf, idOf, roomRow } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from './test-key.ts'

const OTHER_KEY = new AtRestKey(new Uint8Array(32).fill(8))

/** Of a private room, and each of these words is in one column. */
const RECORD = roomRow(idOf('room'), {
  name: 'Quokkaroom',
  app: 'wombatapp',
  alias: 'Bilbyalias',
  inviteSeed: 'numbatseed',
  boxSecrets: ['axolotlsecret'],
})
const EPOCH = { id: '00'.repeat(16), key: Buffer.from('dingokey'.repeat(4)), unread: 0, given: [] }
const STATE = { position: { clock: 3, id: idOf('c') }, encoded: Buffer.from('kookaburra said so') }
const FILE = {
  id: idOf('file'),
  clock: 2,
  links: [blockOf('sealed')],
  file: {
    root: blockOf('sealed'),
    name: 'Echidnaplan.pdf',
    type: 'file' as const,
    sizeBytes: 3,
    author: authorOf('a'),
    timeMs: 1,
    sealing: { key: Buffer.from('possumkey'.padEnd(32, '.')), root: blockOf('plain') },
  },
}
const WORDS = [
  ...['Quokkaroom', 'wombatapp', 'Bilbyalias', 'numbatseed', 'axolotlsecret', 'dingokey', 'kookaburra'],
  ...['Echidnaplan', 'possumkey'],
]

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-at-rest-'))
  path = join(folder, 'kith.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Those words that some file of the folder has, as they are. */
function found(words: readonly string[]): string[] {
  const contents = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(folder, name)))
  return words.filter((word) => contents.some((content) => content.includes(word)))
}

test('keys, names, states and names of files are sealed in the database and its log, and read as they were', () => {
  const store = openSqliteStore(path, TEST_KEY)
  const room = RECORD.id
  store.apply({ type: 'put-room', room: RECORD })
  store.apply({ type: 'put-epoch', room, row: EPOCH })
  store.apply({ type: 'put-state', room, state: STATE })
  store.apply({ type: 'put-linking', room, row: FILE })
  store.apply({
    type: 'put-address',
    address: { peer: FILE.file.author, addresses: ['/dns4/seen'], lastSeenMs: 1, pinned: false, roommate: false },
  })
  store.commit()
  expect(found([...WORDS, '/dns4/seen'])).toEqual(['/dns4/seen'])
  store.close()
  expect(found([...WORDS, '/dns4/seen'])).toEqual(['/dns4/seen'])
  const again = openSqliteStore(path, TEST_KEY)
  expect(again.rooms()).toEqual([RECORD])
  expect(again.epochs(room).map(({ key }) => Buffer.from(key ?? []).toString())).toEqual(['dingokey'.repeat(4)])
  expect(Buffer.from(again.state(room)?.encoded ?? []).toString()).toBe('kookaburra said so')
  expect(again.files(room, { name: 'Echidnaplan.pdf' })).toMatchObject([
    { id: FILE.id, file: { name: 'Echidnaplan.pdf' } },
  ])
  expect(again.files(room, { name: 'echidnaplan.pdf' })).toEqual([])
  again.close()
})

test('the key of another node opens nothing, and is told which one is needed', () => {
  const store = openSqliteStore(path, TEST_KEY)
  store.apply({ type: 'put-room', room: RECORD })
  store.commit()
  store.close()
  expect(() => openSqliteStore(path, OTHER_KEY)).toThrow(
    expect.objectContaining({
      name: 'StoreError',
      code: 'corrupt',
      message: expect.stringContaining('another identity.key'),
    }),
  )
})

test('a value that was sealed is opened only whole, and twice the same is sealed differently', () => {
  const sealed = TEST_KEY.seal(Buffer.from('wombat'))
  expect(TEST_KEY.open(sealed)?.toString()).toBe('wombat')
  expect(TEST_KEY.seal(Buffer.from('wombat')).equals(sealed)).toBe(false)
  expect(OTHER_KEY.open(sealed)).toBeUndefined()
  for (let bytes = 0; bytes < sealed.length; bytes++) expect(TEST_KEY.open(sealed.subarray(0, bytes))).toBeUndefined()
  sealed[sealed.length - 1]! ^= 1
  expect(TEST_KEY.open(sealed)).toBeUndefined()
  expect(TEST_KEY.lookupOf('a').equals(TEST_KEY.lookupOf('a'))).toBe(true)
  expect(TEST_KEY.lookupOf('a').equals(OTHER_KEY.lookupOf('a'))).toBe(false)
})

test('a store of before is sealed when it is opened, and leaves nothing behind in its free space', () => {
  const database = new DatabaseSync(path)
  migrate(
    database,
    path,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex((step) => step.includes('seal(')),
    ),
  )
  database.exec(`
    INSERT INTO rooms (key, id) VALUES (1, zeroblob(32));
    INSERT INTO room_records (room, status, name, app, joined_at_ms, newest_first)
    VALUES (1, 'open', 'Quokkaroom', 'wombatapp', 1, 0);
    INSERT INTO states (room, clock, id, encoded) VALUES (1, 1, zeroblob(32), CAST('kookaburra' AS BLOB))`)
  database.close()
  expect(found(WORDS)).toEqual(['Quokkaroom', 'wombatapp', 'kookaburra'])
  const store = openSqliteStore(path, TEST_KEY)
  expect(store.rooms()).toMatchObject([{ name: 'Quokkaroom', app: 'wombatapp' }])
  store.close()
  expect(found(WORDS)).toEqual([])
})
