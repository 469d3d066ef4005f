/** The inside of a node without a host, for tests: commands run at once. */
import type { PeerKey } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../../src/kith.ts'
import { peerOfAuthor } from '../../../src/node/author-names.ts'
import type { NodeCore } from '../../../src/node/core.ts'
import { NodeMachine, type CommandResult } from '../../../src/room/node-machine.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { NOW_MS, signerOf } from '../room/history.ts'

export interface TestCore extends NodeCore {
  readonly stop: AbortController
  /** Addresses that were dialled or pinned, in order. */
  readonly dialled: string[]
  connected: number
}

export function coreOf(index: number): TestCore {
  const store = memoryStore()
  const signer = signerOf(index)
  const self = peerOfAuthor(signer.author)
  const machine = new NodeMachine({
    ...{ self, store, signer, random: seededRandom(index + 1), authorName: `Author ${index}` },
    peerRecord: () => undefined,
  })
  const dialled: string[] = []
  const stop = new AbortController()
  return {
    ...{ self, machine, store, dialled, stop, stopped: stop.signal, connected: 0 },
    command(command) {
      let result: CommandResult | undefined
      for (const effect of machine.handle({ type: 'command', requestId: 1, command }, NOW_MS)) {
        if (effect.type === 'emit' && effect.event.type === 'reply') result = effect.event.result
      }
      if (result === undefined) return Promise.reject(new Error('a command has a reply'))
      return 'error' in result ? Promise.reject(result.error) : Promise.resolve(result)
    },
    pin: (address) => void dialled.push(address),
    connect(address) {
      dialled.push(address)
      if (address.includes('unreachable')) return Promise.reject(new KithError('unreachable', 'nobody there'))
      return Promise.resolve('peer' as PeerKey)
    },
    connectedPeers() {
      return this.connected
    },
    addresses: () => ['/ip4/192.168.1.5/tcp/4001'],
  }
}
