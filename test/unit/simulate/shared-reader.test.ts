import { expect, test } from 'vitest'
import { isSignatureValid } from '../../../protocols/document/document.ts'
import { DocumentError } from '../../../protocols/document/errors.ts'
import { SharedReader } from '../../../src/simulate/shared-reader.ts'
import type { SimulatedNode } from '../../../src/simulate/simulated-node.ts'
import { rootOf, Writer } from '../room/history.ts'

const arrivalAt = (sentMs: number) => ({ from: {} as SimulatedNode, sentMs, record: 'message' }) as const

test('a block is decoded once for all nodes, which share its memory but record how each got it', () => {
  const reader = new SharedReader()
  const { block } = rootOf()
  const own = reader.decode(block)
  const first = reader.arriving(block, arrivalAt(1))
  const passedOn = reader.arriving(first, arrivalAt(2))
  for (const copy of [first, passedOn]) {
    expect(copy.buffer).toBe(block.buffer)
    expect(Buffer.compare(copy, block)).toBe(0)
    const document = reader.decode(copy)
    expect(document).toEqual({ ...own, block: copy })
    expect(document.block).toBe(copy)
    expect(document.body).toBe(own.body)
  }
  expect([block, first, passedOn].map((copy) => reader.arrivalOf(copy)?.sentMs)).toEqual([undefined, 1, 2])
})

test('a signature check gives the same result, whoever asks first', () => {
  const reader = new SharedReader()
  const writer = new Writer()
  const signings = ['signed', 'wrong', 'unsigned'] as const
  for (const signing of signings) {
    const document = writer.say(1, 'hello', signing)
    const copy = reader.decode(reader.arriving(document.block, arrivalAt(1)))
    const answers = [reader.isSignatureValid(copy), reader.isSignatureValid(reader.decode(document.block))]
    expect(answers).toEqual([isSignatureValid(document), isSignatureValid(document)])
    expect(answers[0]).toBe(signing === 'signed')
  }
})

test('bytes that are not a document are refused', () => {
  expect(() => new SharedReader().decode(Buffer.from('no document'))).toThrow(DocumentError)
})
