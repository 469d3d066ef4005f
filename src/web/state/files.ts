/** What is known of the files that are shown: whether they are here, how far they are, and where their bytes are read. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FileLinkInfo } from '../../api/page-calls.ts'
import type { EnsureStatus, FileInfo } from '../../kith.ts'
import { call } from '../connection/call.ts'
import { isForGuests } from '../connection/served-for.ts'
import { keep, kept } from '../connection/kept.ts'
import { onTold } from './node.ts'

/** Files that are coming are asked for as often. */
const ASK_EVERY_MS = 1_000

/** A file that is shown. */
export interface ShownFile {
  info: FileInfo
  /** Undefined until it is here. */
  link?: FileLinkInfo
}

/** By document. */
const shown = signal<ReadonlyMap<string, ShownFile>>(new Map())
/** How far those have got that are coming, by their CIDs. */
const coming = signal<ReadonlyMap<string, EnsureStatus>>(new Map())
/** How often a file is on the screen, by document, and of which room it is. */
const watched = new Map<string, { room: string; count: number }>()
/** Documents to ask for; those that came on the screen last are first. */
let waiting: string[] = []
let isAsking = false
let timer: ReturnType<typeof setTimeout> | undefined

/** What is known of a file as long as it is on the screen; undefined until the node has told. */
export function useFile(room: string, document: string): ShownFile | undefined {
  useEffect(() => {
    const before = watched.get(document)
    watched.set(document, { room, count: 1 + (before?.count ?? 0) })
    ask(document)
    return () => forget(document)
  }, [room, document])
  return shown.value.get(document)
}

/** How far a file has got that is coming. */
export function comingOf({ id }: FileInfo): EnsureStatus | undefined {
  return coming.value.get(id)
}

/** Fetches a file, and keeps it; goes on with one that was paused. Throws a CallError. */
export async function fetchFile({ room, document }: FileInfo): Promise<void> {
  put(await call('files.pin', { room, file: document }))
  notePaused(document, undefined)
  ask(document)
}

/** Fetches it no more. Throws a CallError. */
export async function stopFetching({ room, document, id }: FileInfo): Promise<void> {
  await call('wants.remove', { room, id })
  notePaused(document, undefined)
  put(await call('files.show', { room, file: document }))
}

/** The same until the user goes on: what has come stays as long as nothing else needs the space. Throws a CallError. */
export async function pauseFetching(file: FileInfo): Promise<void> {
  const bytes = Math.min(comingOf(file)?.bytes ?? 0, file.sizeBytes)
  await stopFetching(file)
  notePaused(file.document, bytes)
}

const PAUSED = 'paused'
/** The oldest gives way: nobody goes on with so many. */
const MAX_PAUSED = 100

/** How much of those was here that the user has paused, by document. */
const paused = signal<ReadonlyMap<string, number>>(restoredPaused())

/** How much of a file was here when the user paused it; undefined if it is not paused. */
export function pausedAt({ document }: FileInfo): number | undefined {
  return paused.value.get(document)
}

/** Takes it off the list of what the user goes on with. */
export function forgetPaused({ document }: FileInfo): void {
  notePaused(document, undefined)
}

function notePaused(document: string, bytes: number | undefined): void {
  const next = new Map(paused.value)
  next.delete(document)
  if (bytes !== undefined) next.set(document, bytes)
  const [oldest] = next.keys()
  if (next.size > MAX_PAUSED && oldest !== undefined) next.delete(oldest)
  paused.value = next
  keep(PAUSED, next.size === 0 ? undefined : JSON.stringify([...next]))
}

function restoredPaused(): Map<string, number> {
  try {
    return new Map(JSON.parse(kept(PAUSED) ?? '[]') as [string, number][])
  } catch {
    return new Map()
  }
}

/** Looks after the files that are shown: another node may have other links, and other files. */
export function startFiles(): void {
  onTold(({ event }) => {
    if (event !== 'listed') return
    for (const document of watched.keys()) ask(document)
  })
}

/** A link led nowhere, as after a restart of the node. */
export function askAgain(document: string): void {
  ask(document)
}

function ask(document: string): void {
  waiting = [document, ...waiting.filter((each) => each !== document)]
  if (!isAsking) void askInTurn()
}

/** One call at a time, so that what the user does has its turn. */
async function askInTurn(): Promise<void> {
  isAsking = true
  for (let document = waiting.shift(); document !== undefined; document = waiting.shift()) {
    const room = watched.get(document)?.room
    if (room === undefined) continue
    const info = await call('files.show', { room, file: document }).catch(() => undefined)
    if (info === undefined) continue
    const isReadable = info.state === 'here' && info.type === 'file'
    const link = isReadable ? await call('files.link', { room, file: document }).catch(() => undefined) : undefined
    put(info, link)
  }
  isAsking = false
}

function put(info: FileInfo, link?: FileLinkInfo): void {
  if (!watched.has(info.document)) return
  shown.value = new Map(shown.value).set(info.document, { info, ...(link && { link }) })
  if (info.state === 'fetching' && !isForGuests) timer ??= setTimeout(() => void follow(), ASK_EVERY_MS)
}

/** Looks how far those are that are coming, as long as there are any. */
async function follow(): Promise<void> {
  const files = [...shown.value.values()].filter(({ info }) => info.state === 'fetching')
  if (files.length > 0 && document.visibilityState === 'visible') {
    const statuses = await call('wants.list', {}).catch(() => undefined)
    if (statuses !== undefined) {
      coming.value = new Map(statuses.map((status) => [status.id, status]))
      const isOver = ({ info }: ShownFile): boolean => coming.value.get(info.id)?.state !== 'searching'
      for (const { info } of files.filter(isOver)) ask(info.document)
    }
  }
  timer = files.length > 0 ? setTimeout(() => void follow(), ASK_EVERY_MS) : undefined
}

function forget(document: string): void {
  const before = watched.get(document)
  if (before === undefined) return
  if (before.count > 1) {
    watched.set(document, { ...before, count: before.count - 1 })
    return
  }
  watched.delete(document)
  const rest = new Map(shown.value)
  rest.delete(document)
  shown.value = rest
}
