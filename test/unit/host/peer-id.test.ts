import { expect, it } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { parseDialAddress } from '../../../src/host/addresses.ts'
import { readPeerId } from '../../../src/host/peer-id.ts'
import { readVectors } from '../protocols/vectors.ts'

const { peers } = readVectors<{ peers: { peerId: PeerId; cids: string[] }[] }>('wire/vectors/ids.json')

it.each(peers)('$peerId is read in all its spellings, also in an address', ({ peerId, cids }) => {
  for (const text of [peerId, ...cids]) {
    expect(readPeerId(text), text).toBe(peerId)
    expect(parseDialAddress(`/ip4/10.0.0.1/tcp/4001/p2p/${text}`)).toEqual({
      address: '/ip4/10.0.0.1/tcp/4001',
      peer: peerId,
    })
  }
})
