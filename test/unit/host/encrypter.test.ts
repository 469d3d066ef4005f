/** How many pieces a message over Noise takes. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey, StreamMessageEvent } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it, vi } from 'vitest'
import { encrypter } from '../../../src/host/encrypter.ts'

const encrypterOf = (privateKey: PrivateKey) =>
  encrypter()({
    ...{ privateKey, peerId: peerIdFromPrivateKey(privateKey), logger: defaultLogger() },
    upgrader: { getStreamMuxers: () => new Map() } as never,
  })

describe('a message over Noise', () => {
  it.each([1, 300, 200_000])('of %i bytes is one write, and arrives', async (sizeBytes) => {
    const [keyOfDialer, keyOfListener] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
    const [outbound, inbound] = multiaddrConnectionPair()
    const writes = vi.spyOn(outbound, 'send')
    const [dialer, listener] = await Promise.all([
      encrypterOf(keyOfDialer).secureOutbound(outbound),
      encrypterOf(keyOfListener).secureInbound(inbound),
    ])
    expect(dialer.remotePeer.toString()).toBe(peerIdFromPrivateKey(keyOfListener).toString())
    const message = new Uint8Array(sizeBytes).fill(7)
    let received = Buffer.alloc(0)
    const arrived = Promise.withResolvers<void>()
    listener.connection.addEventListener('message', ({ data }: StreamMessageEvent) => {
      received = Buffer.concat([received, data.subarray()])
      if (received.length === sizeBytes) arrived.resolve()
    })
    writes.mockClear()
    dialer.connection.send(message)
    await arrived.promise
    expect(Buffer.compare(received, message)).toBe(0)
    expect(writes).toHaveBeenCalledOnce()
    expect(writes.mock.calls[0]?.[0]).toBeInstanceOf(Uint8Array)
  })
})
