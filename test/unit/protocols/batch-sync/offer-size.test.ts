/** What is sent at once, and not offered first. */
import { expect, test } from 'vitest'
import { OFFER_ABOVE_BYTES } from '../../../../protocols/batch-sync/constants.ts'
import { MAX_PARENTS } from '../../../../protocols/document/constants.ts'
import { encodeDocument } from '../../../../protocols/document/document.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import { compareDocumentIds } from '../../../../protocols/wire/ids.ts'
import { idOf, room } from './held-documents.ts'
import { labels } from './room-sessions.ts'

test('a message of 1,000 bytes is, also if it joins as many heads as it may', () => {
  const signer = signerOfSeed(new Uint8Array(32).fill(1))
  const parents = labels(MAX_PARENTS).map(idOf).toSorted(compareDocumentIds)
  const { block } = encodeDocument(
    {
      ...{ room, author: signer.author, seq: 1_000_000, previous: idOf('previous'), parents },
      ...{ clock: 1_000_000, timeMs: 2 ** 42, epoch: 0, kind: 'message', links: [], body: Buffer.alloc(1_000, 'x') },
    },
    signer,
  )
  expect(block.length).toBeLessThanOrEqual(OFFER_ABOVE_BYTES)
  expect(block.length).toBeGreaterThan(8 * 1024)
})
