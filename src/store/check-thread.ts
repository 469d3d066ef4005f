/** Checks a database, and the folder of its blocks, in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { AtRestCipher } from './at-rest.ts'
import { checkOf } from './check.ts'

const { path, blocksFolder, key } = workerData as { path: string; blocksFolder: string; key: Uint8Array }
parentPort?.postMessage(checkOf(path, blocksFolder, new AtRestCipher(key)))
