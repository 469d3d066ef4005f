import { beforeEach, expect, test } from 'vitest'
import type { FakeRoom } from '../api/fake-room.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let run: ServedNode['run']
let dataDir: ServedNode['dataDir']
let phonebook: FakeRoom

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ run, dataDir } = served)
  phonebook = served.node.add('Phonebook', 'directory')
  return served.close
})

test('add and remove say how many nodes have it', async () => {
  expect((await run(['dir', 'add', 'Phonebook', 'so\u001bup', '--link', 'bafy'])).out).toBe(
    'Added so⟨U+001B⟩up; 1 node has it.\n',
  )
  expect(phonebook.directory.all).toMatchObject([{ text: 'so\u001bup', link: 'bafy' }])
  await run(['dir', 'add', 'Phonebook', 'soup'])
  expect((await run(['dir', 'remove', 'Phonebook', 'soup'])).out).toBe('Removed soup; 2 nodes have noted it.\n')
  expect(await run(['dir', 'remove', 'Phonebook', 'tea'])).toMatchObject({ exitCode: 1 })
})

test('find lists what begins like that, goes through pages, and says if there is more or something did not answer', async () => {
  for (let i = 0; i < 150; i++) await phonebook.directory.add(`soup ${String(i).padStart(3, '0')}`)
  const some = (await run(['dir', 'find', 'Phonebook', 'soup'])).out.trimEnd().split('\n')
  expect(some[0]).toMatch(/^ENTRY +LINK +BY +WHEN$/)
  expect(some[1]).toMatch(/^soup 000 +- +Anna /)
  expect(some).toHaveLength(22)
  expect(some.at(-1)).toBe(
    `There are more. Type more of it, or:  kith dir find Phonebook soup --limit 40 --data ${dataDir}`,
  )
  expect((await run(['dir', 'find', 'Phonebook', 'soup', '--limit', '150'])).out.trimEnd().split('\n')).toHaveLength(
    151,
  )
  const { out } = await run(['dir', 'find', 'Phonebook', 'soup', '--limit', '130', '--json'])
  expect(JSON.parse(out)).toMatchObject({ entries: { length: 130 }, hasMore: true, isIncomplete: false })
  phonebook.directory.isIncomplete = true
  expect((await run(['dir', 'find', 'Phonebook', 'tea'])).out).toBe(
    'Nothing there begins with tea.\nSome nodes that have a part of it did not answer: there may be more.\n',
  )
  expect((await run(['dir', 'find', 'Phonebook', 'soup', '--limit', '0'])).exitCode).toBe(2)
})
