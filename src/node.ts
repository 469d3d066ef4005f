/** Kith as a library: `createNode()` starts a node in this process. */
import './needed-node.ts'
import { readFile } from 'node:fs/promises'
import { DEFAULT_QUOTA_BYTES } from '../protocols/ring/constants.ts'
import { MAX_AUTHOR_NAME_BYTES } from '../protocols/room/constants.ts'
import { SEED_BYTES, signerOfSeed } from '../protocols/wire/crypto.ts'
import type { PeerId } from '../protocols/wire/ids.ts'
import { defaultLogger } from './host/logs.ts'
import { KithError, type KithNode, type NodeOptions } from './kith.ts'
import { defaultDataDir, namePath, openDataFolder, rememberedName, rememberName } from './node/data-folder.ts'
import { appRegistry } from './node/app-registry.ts'
import { nameInRooms } from './node/name-in-rooms.ts'
import { nameOfHost } from './node/host-name.ts'
import { Inlet } from './node/inlet.ts'
import { LocalNode } from './node/local-node.ts'
import { offlineHost } from './node/offline-host.ts'
import { createNodeHost, mountedWings, type NodeHost, type NodeHostInit } from './node/node-host.ts'
import { PeerNames } from './node/peer-names.ts'
import { PersonName } from './node/devices/person-name.ts'
import { ProtocolLinks } from './node/protocol-links.ts'
import { PutAside } from './node/put-aside.ts'
import { RingConnections } from './node/ring-connections.ts'
import { Refusals } from './node/refusals.ts'
import { NodeMachine } from './machine/node-machine.ts'
import { newName, newTypedName } from './names.ts'
import { secureRandom } from './runtime/random.ts'

export { loadApp } from './app-module.ts'
export type { ByGuest } from './apps/by-guest.ts'
export type { MoreOfWrite } from './apps/map/more.ts'
export { chat } from './apps/chat/index.ts'
export type { MessageContext } from './apps/chat/context.ts'
export type { ChatMessage } from './apps/chat/kinds.ts'
export type { ChatState, RecentMessage } from './apps/chat/state.ts'
export { defineApp, type AppInit, type Written } from './apps/define-app.ts'
export { json, text, type KindOptions, type Parse } from './apps/kinds.ts'
export { map } from './apps/map/index.ts'
export type { KeyValue, RemovedKey } from './apps/map/kinds.ts'
export type { MapEntry, MapState } from './apps/map/state.ts'
export { enableLogs } from './host/logs.ts'
export { checkNewPassphrase } from './host/sealed-key.ts'
export * from './kith.ts'
export { backUpKey, checkPassphrase, protectKey, restoreKey, showKey, unprotectKey } from './node/keys.ts'
export { sealFolder, unsealFolder } from './node/sealed-folder.ts'
export { diagnoseFolder } from './node/doctor/folder.ts'
export { repair } from './node/repair/index.ts'

/**
 * A node's own port is derived from its key. It stays the same over restarts, so addresses that others
 * remember stay valid. It is below the ports that systems assign automatically.
 */
const FIRST_PORT = 20_000
const PORTS = 10_000

/**
 * Starts a node; when the promise resolves, it listens and looks for peers. Throws a KithError with a
 * one-line message that says what to do: `folder-in-use`, `port-in-use`, `bad-address`, `bad-name`,
 * `bad-config` for apps or services that cannot be used, `no-passphrase`, `wrong-passphrase`, `disk-full`, `corrupt`,
 * `newer-data`.
 */
export async function createNode<Services extends object = object>(
  options: NodeOptions<Services> = {},
): Promise<KithNode<Services>> {
  const { dataDir = defaultDataDir(), mdns = true, peers = [], services = {}, logger = defaultLogger() } = options
  const given = options.name === undefined ? undefined : newTypedName(options.name, MAX_AUTHOR_NAME_BYTES, "a node's")
  const known = given ?? (await nameOfFolder(dataDir))
  const apps = appRegistry(options.apps)
  const version = await packageVersion()
  const { store, privateKey, isKeyRestored } = await openDataFolder(dataDir, options.passphrase)
  logger.forComponent('kith:store')('%s is open', dataDir)
  try {
    const signer = signerOfSeed(privateKey.raw.subarray(0, SEED_BYTES))
    const inlet = new Inlet()
    const { ring = {} } = options
    const hasRing = ring !== false && options.offline !== true
    const { quotaBytes: ringQuotaBytes = DEFAULT_QUOTA_BYTES } = ring === false ? {} : ring
    const [refusals, names, ringConnections] = [new Refusals(), new PeerNames(), new RingConnections()]
    const libp2pIds = mountedWings(hasRing).map(([name, { codec }]) => [name, codec.protocol])
    const links = new ProtocolLinks(Object.fromEntries(libp2pIds))
    const putAside = new PutAside(store.faults())
    const hostInit = {
      privateKey,
      mdns,
      peers,
      services,
      store,
      inlet,
      refusals,
      names,
      ring: ringConnections,
      links,
      putAside,
      logger,
      hasRing,
    }
    const host = await (options.offline === true
      ? offlineHost(signer.author)
      : options.listen === undefined
        ? startOnOwnPort(hostInit)
        : createNodeHost({ ...hostInit, listen: [...new Set(options.listen)] }))
    try {
      const peerRecord = (peer: PeerId): Uint8Array | undefined => host.peerRecord(peer)
      const random = secureRandom
      const person = new PersonName(known ?? defaultName())
      const machine = new NodeMachine({
        ...{ self: host.peer, store, signer, random, apps, authorName: () => person.now, peerRecord, isKeyRestored },
        isNear: (peer) => host.isNear(peer),
        ringQuotaBytes,
      })
      names.readFrom(machine)
      ringConnections.readFrom(machine)
      const name = known ?? nameInRooms(machine.rooms.list(), host.peer) ?? defaultName()
      person.nodeName = name
      if (options.offline !== true) await keepName(dataDir, name, options.name === undefined)
      const node = new LocalNode<Services>({
        host,
        inlet,
        refusals,
        names,
        person,
        signer,
        links,
        putAside,
        logger,
        apps,
        machine,
        store,
        version,
        dataDir,
        hasRing,
        ringQuotaBytes,
      })
      await node.open()
      return node
    } catch (error) {
      await host.stop()
      throw error
    }
  } catch (error) {
    store.close()
    throw error
  }
}

/** Also where it is the host's, which may have another one tomorrow. */
async function keepName(dataDir: string, name: string, isDefault: boolean): Promise<void> {
  try {
    await rememberName(dataDir, name)
  } catch (error) {
    if (!isDefault) throw error // a full disk does not keep a node from starting with the name that it has
  }
}

function defaultName(): string {
  return newTypedName(nameOfHost() || 'node', MAX_AUTHOR_NAME_BYTES, "a node's")
}

/** The name that the node of a folder had last; undefined if it had none, or that was lost. Throws a KithError `bad-name` if it was damaged. */
async function nameOfFolder(dataDir: string): Promise<string | undefined> {
  try {
    const remembered = await rememberedName(dataDir)
    return remembered === undefined ? undefined : newName(remembered, MAX_AUTHOR_NAME_BYTES, "a node's")
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `the name that this node had last, in ${namePath(dataDir)}, was damaged (${why}): give it again, with kith start --name NAME`
    throw new KithError('bad-name', message, { cause })
  }
}

/** Listens on the port derived from the node's key, or on any free port if that one is taken. */
async function startOnOwnPort(init: Omit<NodeHostInit, 'listen'>): Promise<NodeHost> {
  const publicKey = Buffer.from(init.privateKey.publicKey.raw)
  const ownPort = FIRST_PORT + (publicKey.readUInt32BE() % PORTS)
  try {
    return await createNodeHost({ ...init, listen: [`/ip4/0.0.0.0/tcp/${ownPort}`] })
  } catch (error) {
    if (!(error instanceof KithError) || error.code !== 'port-in-use') throw error
    return createNodeHost({ ...init, listen: ['/ip4/0.0.0.0/tcp/0'] })
  }
}

async function packageVersion(): Promise<string> {
  for (const path of ['../package.json', '../../package.json']) {
    const text = await readFile(new URL(path, import.meta.url), 'utf8').catch(() => undefined)
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version
  }
  throw new Error('package.json is missing')
}
