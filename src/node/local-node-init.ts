/** What a node needs that runs. */
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { App, ComponentLogger } from '../kith.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import type { Store } from '../store/store.ts'
import type { Inlet } from './inlet.ts'
import type { NodeHost } from './node-host.ts'
import type { PeerNames } from './peer-names.ts'
import type { PersonName } from './devices/person-name.ts'
import type { ProtocolLinks } from './protocol-links.ts'
import type { PutAside } from './put-aside.ts'
import type { Refusals } from './refusals.ts'

export interface LocalNodeInit {
  /** Started; the node stops it. */
  host: NodeHost
  /** Receives the host's events; opened by the node. */
  inlet: Inlet
  refusals: Refusals
  names: PeerNames
  person: PersonName
  signer: Signer
  links: ProtocolLinks
  putAside: PutAside
  logger: ComponentLogger
  apps: ReadonlyMap<string, App>
  machine: NodeMachine
  /** Closed by the node when it stops. */
  store: Store
  version: string
  dataDir: string
  /** Whether it takes part in the ring. */
  hasRing: boolean
  ringQuotaBytes: number
}
