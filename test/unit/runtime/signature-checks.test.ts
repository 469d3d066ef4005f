/** Checks on the threads of Node's pool say what those on the own thread do. */
import { expect, test, vi } from 'vitest'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import * as crypto from '../../../protocols/wire/crypto.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { SignatureChecks } from '../../../src/runtime/signature-checks.ts'
import { NOW_MS, rootOf, signerOf } from '../room/history.ts'

const root = rootOf()

function written(text: number, isSigned = true): Document {
  const signer = signerOf(1)
  return encodeDocument(
    {
      ...{ room: root.id, author: signer.author, seq: 0, previous: null, parents: [root.id] },
      ...{ clock: 2, timeMs: NOW_MS, epoch: 0, links: [], kind: 'message', body: Buffer.from(`${text}`) },
    },
    isSigned ? signer : undefined,
  )
}

/** With one bit of the signature changed, which is at the end. */
function forged(block: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(block)
  copy[copy.length - 1]! ^= 1
  return copy
}

const finished = (checks: SignatureChecks, blocks: readonly Uint8Array[]): Promise<void> =>
  new Promise((resolve) => {
    expect(checks.start(blocks, resolve)).toMatchObject({ isDone: false })
  })

test('valid, invalid and missing signatures, and blocks that are no documents, are told apart without another check', async () => {
  const blocks = [written(0).block, forged(written(1).block), written(2, false).block, new Uint8Array([1, 2, 3])]
  const verify = vi.spyOn(crypto, 'verifySignature')
  await finished(new SignatureChecks(), blocks)
  const said = blocks.slice(0, 3).map((block) => documentReader.isSignatureValid(documentReader.decode(block)))
  expect(said).toEqual([true, false, false])
  expect(() => documentReader.decode(blocks[3]!)).toThrow('array')
  expect(verify).not.toHaveBeenCalled()
  verify.mockRestore()
})

test('hundreds are checked, those of a later frame as well, and more are left to whoever handles them', async () => {
  const checks = new SignatureChecks()
  const blocks = Array.from({ length: 600 }, (_, i) => written(i).block)
  const ended: string[] = []
  const [first, second] = ['first', 'second'].map(
    (name) =>
      new Promise<void>((resolve) => {
        checks.start(name === 'first' ? blocks : blocks.slice(0, 10), () => {
          ended.push(name)
          resolve()
        })
      }),
  )
  const tooMany = Array.from({ length: 8_192 }, () => blocks[0]!)
  expect(checks.start(tooMany, () => undefined)).toBeUndefined()
  await Promise.all([first, second])
  expect(ended.toSorted()).toEqual(['first', 'second'])
  await finished(checks, tooMany.slice(0, 300))
})
