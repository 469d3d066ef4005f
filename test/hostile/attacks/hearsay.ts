/** Peers name ports of others, as their own addresses and as those of invented members, so that the node dials them. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { connectRawPeer } from '../raw-peer.ts'
import type { Attack } from './attack.ts'

/** Strangers who name the ports by identify, one after the other. */
const STRANGERS = 60
/** Members invented by one who is in the room. */
const SUGGESTED = 200

export const hearsay: Attack = {
  name: 'hearsay',
  async run({ address, room, signal }) {
    // Ports of services that a machine may have, and where nothing of this test listens.
    const named = [9, 13, 17, 19].map((port) => `/ip4/127.0.0.1/tcp/${port}`)
    await identifyAs(address, named, signal)
    const member = await suggest(address, room, named)
    await member.stop()
  },
}

/** Strangers connect, say by identify that they listen there, and leave. */
export async function identifyAs(address: string, named: readonly string[], signal?: AbortSignal): Promise<void> {
  for (let count = 0; count < STRANGERS && signal?.aborted !== true; count++) {
    const peer = await connectRawPeer(address, { announce: named })
    await peer.identified
    await peer.stop()
  }
}

/** A member passes on signed address records of peers that do not exist. */
export async function suggest(address: string, room: RoomId, named: readonly string[]) {
  const member = await connectRawPeer(address)
  const stream = await member.roomState()
  await stream.roomState(member.metadata(room, 1))
  for (let count = 0; count < SUGGESTED; count++) {
    const privateKey = await generateKeyPair('Ed25519')
    const record = new PeerRecord({
      peerId: peerIdFromPrivateKey(privateKey),
      multiaddrs: named.map((each) => multiaddr(each)),
    })
    const envelope = await RecordEnvelope.seal(record, privateKey)
    await stream.roomState({ type: 'suggestion', topic: topicKeyOf(room), peerRecord: envelope.marshal() })
  }
  return member
}
