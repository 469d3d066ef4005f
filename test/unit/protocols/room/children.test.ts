/** The vectors of rooms below others. */
import { expect, it } from 'vitest'
import { parseDocumentId } from '../../../../protocols/wire/ids.ts'
import { childLinkBody, isMarkOf, markOfParent, readChildLink } from '../../../../src/room/children.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface ChildrenVectors {
  marks: { parent: string; nonce: string; mark: string }[]
  valid: { name: string; body: string; child: string; title: string; about: string | null }[]
  ignored: { name: string; body: string }[]
}

const { marks, valid, ignored } = readVectors<ChildrenVectors>('room/vectors/children.json')

it.each(marks)('the mark of $parent', ({ parent, nonce, mark }) => {
  const id = parseDocumentId(parent)!
  expect(toHex(markOfParent(id, fromHex(nonce)))).toBe(mark)
  const said = { mark: fromHex(mark), nonce: fromHex(nonce) }
  expect(marks.filter((other) => isMarkOf(said, parseDocumentId(other.parent)!))).toHaveLength(1)
  expect(isMarkOf({ ...said, nonce: fromHex(nonce).slice(1) }, id)).toBe(false)
})

it.each(valid)('$name', ({ body, child, title, about }) => {
  const link = readChildLink(fromHex(body))!
  expect({ ...link, about: link.about ?? null }).toEqual({ child, title, about })
  expect(toHex(childLinkBody(link))).toBe(body)
})

it.each(ignored)('no link: $name', ({ body }) => {
  expect(readChildLink(fromHex(body))).toBeUndefined()
})
