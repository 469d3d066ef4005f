/** Files on their way from this browser to the node: one after the other, in the order in which they were chosen. */
import { newKey } from '../parts/new-key.ts'
import { signal } from '@preact/signals'
import { call, CallError, reasonOf } from '../connection/call.ts'
import { upload } from '../connection/upload.ts'
import { folderBody, sizeOf, type Folder } from './folder.ts'

/** `waiting`: for those before it; `failed`: for the reason given. */
export interface Upload {
  key: string
  room: string
  name: string
  type: 'file' | 'folder'
  sizeBytes: number
  sentBytes: number
  /** Since it began. */
  bytesPerSecond: number
  state: 'waiting' | 'sending' | 'failed'
  reason?: string
}

/** In the order in which they were chosen. */
export const uploads = signal<readonly Upload[]>([])

/** What an upload needs beside what is shown of it. */
const parts = new Map<string, { content: Blob; stop: AbortController }>()

/** Whoever closes the tab is asked first; what is dropped where nothing takes it is not opened in place of the page. */
export function startUploads(): void {
  addEventListener('beforeunload', (event) => {
    if (uploads.value.some(({ state }) => state !== 'failed')) event.preventDefault()
  })
  for (const name of ['dragover', 'drop'] as const) addEventListener(name, (event) => event.preventDefault())
}

/** Shares files in a room. */
export function share(room: string, files: Iterable<File>): void {
  for (const file of files) add(room, { name: file.name, type: 'file', sizeBytes: file.size }, file)
}

/** Shares a folder in a room, with all that is in it. */
export function shareFolder(room: string, folder: Folder): void {
  add(room, { name: folder.name, type: 'folder', sizeBytes: sizeOf(folder) }, folderBody(folder))
}

/** Says of something that it cannot be shared. */
export function refuse(room: string, name: string, reason: string): void {
  const shown = { key: newKey(), room, name, sizeBytes: 0, sentBytes: 0, bytesPerSecond: 0 }
  uploads.value = [...uploads.value, { ...shown, type: 'folder', state: 'failed', reason }]
}

function add(room: string, what: Pick<Upload, 'name' | 'type' | 'sizeBytes'>, content: Blob): void {
  const key = newKey()
  parts.set(key, { content, stop: new AbortController() })
  uploads.value = [...uploads.value, { key, room, ...what, sentBytes: 0, bytesPerSecond: 0, state: 'waiting' }]
  void inTurn(key)
}

/** Ends an upload, or takes one away that failed. */
export function cancel(key: string): void {
  parts.get(key)?.stop.abort()
  remove(key)
}

/** Sends one again that failed. */
export function shareAgain(key: string): void {
  change(key, { state: 'waiting', sentBytes: 0 })
  void inTurn(key)
}

/** Whether there is something to send again. */
export function canShareAgain(key: string): boolean {
  return parts.has(key)
}

let turn: Promise<void> = Promise.resolve()

function inTurn(key: string): Promise<void> {
  turn = turn.then(() => send(key))
  return turn
}

async function send(key: string): Promise<void> {
  const part = parts.get(key)
  const shown = uploads.value.find((each) => each.key === key)
  if (part === undefined || shown === undefined) return
  const { room, name, type, sizeBytes } = shown
  const { content, stop } = part
  const startedMs = performance.now()
  try {
    // What cannot be taken is refused before it is sent.
    await call('files.check', { room, name, sizeBytes })
    change(key, { state: 'sending' })
    // A folder has a list in front of its files.
    const onSent = (bytes: number): void => {
      const sentBytes = Math.min(bytes, sizeBytes)
      const bytesPerSecond = (sentBytes * 1000) / Math.max(1, performance.now() - startedMs)
      change(key, { sentBytes, bytesPerSecond })
    }
    await upload(content, { room, name, type, signal: stop.signal, onSent })
    remove(key)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (!stop.signal.aborted) change(key, { state: 'failed', reason: await reasonFor(error, shown) })
  }
}

/** A node that cuts a file off says no more why; it does when it is asked again. */
async function reasonFor(error: CallError, { room, name, sizeBytes }: Upload): Promise<string> {
  if (error.code !== 'no-answer') return reasonOf(error)
  return call('files.check', { room, name, sizeBytes }).then(
    () => reasonOf(error),
    (refused: unknown) => reasonOf(refused),
  )
}

function change(key: string, changed: Partial<Upload>): void {
  uploads.value = uploads.value.map((each) => (each.key === key ? { ...each, ...changed } : each))
}

function remove(key: string): void {
  parts.delete(key)
  uploads.value = uploads.value.filter((each) => each.key !== key)
}
