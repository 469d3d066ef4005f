/** Kith and the peers that it is measured beside, as the cases see them: processes that hold and pass on messages. */
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface System {
  name: string
  /** The module of its process, which serves the methods of a `TalkWorker`. */
  worker: string
}

const PEERS_FOLDER = fileURLToPath(new URL('./peers/', import.meta.url))

export const KITH: System = { name: 'kith', worker: fileURLToPath(new URL('./node-worker.ts', import.meta.url)) }

/** Peers where one node writes. */
export const PEERS: readonly System[] = ['hypercore', 'ssb', 'yjs'].map(peerOf)

/** Peers where several write in one room, which a Hypercore alone does not have. */
export const MERGING_PEERS: readonly System[] = ['autobase', 'ssb', 'yjs'].map(peerOf)

function peerOf(name: string): System {
  return { name, worker: `${PEERS_FOLDER}${name}.ts` }
}

/** Installs the pinned peers, if they are not there yet. */
export function installPeers(): void {
  if (existsSync(`${PEERS_FOLDER}node_modules`)) return
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: PEERS_FOLDER,
    // Standard output is the bench's own.
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('the peers could not be installed')
}
