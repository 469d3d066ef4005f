/** The inside of a node without a host, for tests: commands run at once. */
import { EventEmitter } from 'node:events'
import { vi } from 'vitest'
import type { Signer } from '../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import type { App, Logger } from '../../../src/kith.ts'
import type { BlockServices } from '../../../src/node/block-services.ts'
import type { NodeCore } from '../../../src/node/core.ts'
import { MEMORY_FOLDER } from '../../../src/node/data-folder.ts'
import { PartRecords } from '../../../src/files/part-records.ts'
import { DiskSpace } from '../../../src/node/disk-space.ts'
import { RingSharing } from '../../../src/node/ring-sharing.ts'
import { NodeDirectories } from '../../../src/node/node-directories.ts'
import { Garbage } from '../../../src/node/garbage.ts'
import { Trimming } from '../../../src/node/trimming.ts'
import { Wants } from '../../../src/node/wants.ts'
import { NodeMachine } from '../../../src/machine/node-machine.ts'
import type { CommandOutcome, CommandResult } from '../../../src/machine/io.ts'
import { type NodeCommand, type NodeEvent, type NodeInput } from '../../../src/machine/node-machine.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { NO_LOG } from '../host/logs.ts'
import { FakeRing } from './fake-ring.ts'
import { at, NOW_MS, signerOf } from '../room/history.ts'

export interface TestCore extends NodeCore {
  readonly signer: Signer
  readonly store: Store
  log: Logger
  /** Called with what the machine tells, before the command resolves that led to it. */
  onEvent: (event: NodeEvent) => void
  readonly stop: AbortController
  /** Addresses that were dialled or pinned, in order. */
  readonly dialled: string[]
  connected: number
  /** Whether damage was found in the store. */
  isDamaged: boolean
}

/** The node of a number; on a store that it had before, as after a restart. */
export function coreOf(
  index: number,
  store: Store = memoryStore(),
  apps: ReadonlyMap<string, App> = byName(builtInApps),
): TestCore {
  const signer = signerOf(index)
  const self = signer.author
  const machine = new NodeMachine({
    ...{ self, store, signer, random: seededRandom(index + 1), apps, authorName: () => `Author ${index}` },
    peerRecord: () => undefined,
  })
  const dialled: string[] = []
  const stop = new AbortController()
  return {
    ...{
      self,
      signer,
      dataDir: MEMORY_FOLDER,
      apps,
      machine,
      store,
      dialled,
      stop,
      stopped: stop.signal,
      connected: 0,
    },
    ownKeys: () => new Set([self]),
    ...{ log: NO_LOG, onEvent: () => undefined, isDamaged: false },
    foundDamage() {
      this.isDamaged = true
    },
    command(command) {
      let result: CommandResult | undefined
      const inputs: NodeInput[] = [{ type: 'command', command }]
      for (const input of inputs) {
        for (const effect of machine.handle(input, at(NOW_MS))) {
          if (effect.type === 'reply') result = effect.result
          else if (effect.type === 'emit') this.onEvent(effect.event)
          else if (effect.type === 'timer' && effect.afterMs === 0) {
            const { protocol, timer } = effect
            inputs.push({ type: 'protocol', protocol, input: { type: 'timer', timer } })
          }
        }
      }
      if (result === undefined) return Promise.reject(new Error('a command has a reply'))
      return 'error' in result ? Promise.reject(result.error) : Promise.resolve(result)
    },
    pin: (address) => void dialled.push(address),
    resolvePeer: (reference) => reference as PeerId,
    connectedPeers() {
      return this.connected
    },
    addresses: () => ['/ip4/192.168.1.5/tcp/4001'],
  }
}

/** Runs the commands of a node by way of a test; the spy that it gives ends that, and counts. */
export function interceptCommands(
  core: TestCore,
  intercept: (command: NodeCommand, run: () => Promise<CommandOutcome>) => Promise<CommandOutcome>,
) {
  const run = core.command.bind(core)
  return vi.spyOn(core, 'command').mockImplementation((command) => intercept(command, () => run(command)))
}

/** Lets the disk change documents from now on, whenever some are read. */
export function damageDocuments({ store }: TestCore, from: string, to: string): void {
  const damaged = (block: Uint8Array): Uint8Array =>
    Buffer.from(Buffer.from(block).toString('latin1').replace(from, to), 'latin1')
  const documents = store.documents.bind(store)
  store.documents = (room, range) => documents(room, range).map((row) => ({ ...row, block: damaged(row.block) }))
}

/** What a node has for blocks, told of what the machine tells. */
export function servicesOf(
  core: TestCore,
  disk = new DiskSpace(core, () => undefined),
  parts = new PartRecords(undefined),
): BlockServices {
  const wants = new Wants(core)
  const garbage = new Garbage(core)
  const directories = new NodeDirectories(core, core.signer)
  core.onEvent = (event) => {
    if (event.type === 'ensured') wants.ended(event.root)
    if (event.type === 'released') garbage.collectSoon('released')
    if (event.type === 'state-released') garbage.collectNow()
    if (event.type === 'directory') directories.handle(event)
  }
  const shared = { trimming: new Trimming(core), ringSharing: ringSharingOf(core), directories }
  return { wants, garbage, disk, parts, ...shared }
}

/** Puts what a node has of its rooms into a ring, by default one without others. */
export function ringSharingOf(core: TestCore, ring = new FakeRing(), host = new EventEmitter()): RingSharing {
  const { machine, store, stopped } = core
  const providers = { announce: () => Promise.resolve(ring.hasOthers) }
  return new RingSharing({ ring, providers, host: host as never, machine, store, stopped, random: () => 0.5 })
}
