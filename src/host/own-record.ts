/** This node's signed peer record, which others pass on: its statement of its addresses. */
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import type { Logger } from '../kith.ts'
import { reportFailure } from './failures.ts'

export class OwnRecord {
  readonly #libp2p: Libp2p
  readonly #privateKey: PrivateKey
  readonly #log: Logger
  #envelope: Uint8Array | undefined

  constructor(libp2p: Libp2p, privateKey: PrivateKey, log: Logger) {
    this.#libp2p = libp2p
    this.#privateKey = privateKey
    this.#log = log
    libp2p.addEventListener('self:peer:update', () => this.seal())
    this.seal()
  }

  /** Undefined until it is signed. */
  get envelope(): Uint8Array | undefined {
    return this.#envelope
  }

  /** Signs it anew, with the addresses of now. */
  seal(): void {
    const { peerId } = this.#libp2p
    const record = new PeerRecord({ peerId, multiaddrs: this.#libp2p.getMultiaddrs() })
    RecordEnvelope.seal(record, this.#privateKey).then(
      (envelope) => (this.#envelope = envelope.marshal()),
      (error: unknown) => reportFailure(this.#log, 'the own peer record could not be signed', error),
    )
  }
}
