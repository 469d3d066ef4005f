/** Checks a database in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { damageOf } from './check.ts'

parentPort?.postMessage(damageOf(workerData as string))
