/** Kith as a library: `createNode()` starts a node in this process. */
import { hostname } from 'node:os'
import { readFile } from 'node:fs/promises'
import { signerOfSeed } from '../protocols/wire/crypto.ts'
import { KithError, type KithNode, type NodeOptions } from './kith.ts'
import { peerOfAuthor } from './node/author-names.ts'
import { defaultDataDir, openDataFolder } from './node/data-folder.ts'
import { LocalNode } from './node/local-node.ts'
import { NodeMachine } from './room/node-machine.ts'
import { isAuthorName } from './room/roster.ts'
import { MAX_AUTHOR_NAME_BYTES } from './room/constants.ts'
import { secureRandom } from './runtime/random.ts'

export * from './kith.ts'

/** Bytes of the Ed25519 seed at the start of libp2p's raw private key. */
const SEED_BYTES = 32

/**
 * A node's own port, derived from its key, so that it stays the same over restarts and addresses
 * that others remember stay good. Below the ports that systems hand out by themselves.
 */
const FIRST_PORT = 20_000
const PORTS = 10_000

/**
 * Starts a node; it listens and looks for peers when the promise resolves. Throws a KithError with
 * one line that says what to do: `folder-in-use`, `port-in-use`, `bad-address`, `bad-name`,
 * `disk-full`, `corrupt`, `newer-data`.
 */
export async function createNode(options: NodeOptions = {}): Promise<KithNode> {
  const { dataDir = defaultDataDir(), mdns = true, peers = [] } = options
  const name = options.name ?? hostname().slice(0, MAX_AUTHOR_NAME_BYTES)
  if (!isAuthorName(name))
    throw new KithError('bad-name', `a node's name has 1 to ${MAX_AUTHOR_NAME_BYTES} bytes and no control characters`)
  const { store, privateKey } = await openDataFolder(dataDir)
  try {
    const signer = signerOfSeed(privateKey.raw.subarray(0, SEED_BYTES))
    const self = peerOfAuthor(signer.author)
    let node: LocalNode | undefined
    const machine = new NodeMachine({
      self,
      store,
      signer,
      random: secureRandom,
      authorName: name,
      peerRecord: (peer) => node?.peerRecord(peer),
    })
    const start = async (listen: string[]): Promise<LocalNode> => {
      const host = { privateKey, listen, mdns, peers }
      node = new LocalNode({ store, machine, self, name, version: await packageVersion(), dataDir, host })
      await node.start()
      return node
    }
    if (options.listen !== undefined) return await start([...new Set(options.listen)])
    const port = FIRST_PORT + (Buffer.from(signer.author, 'hex').readUInt32BE() % PORTS)
    return await start([`/ip4/0.0.0.0/tcp/${port}`]).catch((error: unknown) => {
      if (error instanceof KithError && error.code === 'port-in-use') return start(['/ip4/0.0.0.0/tcp/0'])
      throw error
    })
  } catch (error) {
    store.close()
    throw error
  }
}

async function packageVersion(): Promise<string> {
  for (const path of ['../package.json', '../../package.json']) {
    const text = await readFile(new URL(path, import.meta.url), 'utf8').catch(() => undefined)
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version
  }
  throw new Error('package.json is missing')
}
