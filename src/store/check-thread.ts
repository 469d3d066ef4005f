/** Checks a database, and the folder of its blocks, in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { checkOf } from './check.ts'

const { path, blocksFolder } = workerData as { path: string; blocksFolder: string }
parentPort?.postMessage(checkOf(path, blocksFolder))
