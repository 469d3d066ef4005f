/** The protocols of simulated nodes, in the form that hosts use; the ring has a simulator of its own, in `ring/`. */
import type { ProtocolCodec } from '../../protocols/wire/handler.ts'
import type { ProtocolInput } from '../machine/io.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { wings, type WingDefinitions } from '../machine/wings.ts'
import type { WireRecord } from './traffic.ts'

const { ring: _, ...ofRooms } = wings
const definitions: WingDefinitions = ofRooms

export const PROTOCOLS: readonly string[] = Object.keys(definitions)

/** The codec between a protocol's records and frames. */
export function codecFor(protocol: string): ProtocolCodec<WireRecord> {
  const definition = definitions[protocol]
  if (definition === undefined) throw new RangeError(`there is no protocol '${protocol}'`)
  return definition.codec as ProtocolCodec<WireRecord>
}

/** The input of a node's machine when a stream of a protocol opens or closes. */
export function peerInput(protocol: string, type: 'peer-up' | 'peer-down', peer: PeerId): ProtocolInput {
  return type === 'peer-up' ? { type, peer, creditBytes: codecFor(protocol).hello.creditBytes } : { type, peer }
}
