/** What the node has told: how it is doing, its rooms, and how much of them is still to come. */
import { computed, signal } from '@preact/signals'
import type { RoomOverview, WatchRecord } from '../../api/page-calls.ts'
import type { NodeStatus, RoomProgress } from '../../kith.ts'
import { treeOf } from './room-tree.ts'
import { isForGuests } from '../connection/served-for.ts'

/** `lost`: it was there before, and is asked again and again. */
export type Link = 'connecting' | 'open' | 'lost'

/** Whether the page hears from the node now. */
export const link = signal<Link>('connecting')
/** How the node is doing; undefined until it has said so. */
export const node = signal<NodeStatus | undefined>(undefined)
/** By id. */
export const rooms = signal<ReadonlyMap<string, RoomOverview>>(new Map())
/** Of rooms that something is missing of, by id. */
export const progress = signal<ReadonlyMap<string, RoomProgress>>(new Map())

/** Rooms as a list shows them: those with the latest messages first, then by name. */
export const roomTree = computed(() => treeOf([...rooms.value.values()]))

/** The same, each followed by those below it. */
export const roomList = computed(() => roomTree.value.map(({ room }) => room))

/** Messages of others in all rooms that the user has not seen. */
export const unread = computed(() => roomList.value.reduce((sum, { newMessages }) => sum + (newMessages ?? 0), 0))

type Listener = (record: WatchRecord) => void

const listeners = new Set<Listener>()

/** Calls the listener for all that the node tells, until the returned function is called. */
export function onTold(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Rooms that the stream begins with are shown once there is a screen of them, and then all at once: there may be very many. */
const FIRST_ROOMS = 100

/** Rooms told of since the stream began, and those of them that are not shown yet. */
let seen = new Set<string>()
let coming: RoomOverview[] = []
let isListed = false

/** The node is asked from the beginning. */
export function beginAgain(): void {
  seen = new Set()
  coming = []
  isListed = false
}

/** Takes what the node tells. */
export function take(record: WatchRecord): void {
  switch (record.event) {
    case 'node':
      node.value = record.node
      progress.value = new Map(record.node.progress.map((each) => [each.room, each]))
      break
    case 'room':
      seen.add(record.room.id)
      coming.push(record.room)
      if (isListed || seen.size === FIRST_ROOMS) putComing()
      break
    case 'listed':
      isListed = true
      putComing()
      rooms.value = new Map([...rooms.value].filter(([id]) => seen.has(id)))
      link.value = 'open'
      break
    case 'left':
      rooms.value = new Map([...rooms.value].filter(([id]) => id !== record.left.id))
      break
    case 'progress':
      putProgress(record.progress)
      break
    default:
      break
  }
  for (const listener of listeners) listener(record)
}

/** A room as an answer says it is. */
type ToldRoom = Omit<RoomOverview, 'last'> & Partial<RoomOverview>

/** Takes a room. */
export function putRoom(room: ToldRoom): void {
  rooms.value = new Map(rooms.value).set(room.id, withKnown(room))
}

function putComing(): void {
  rooms.value = new Map([...rooms.value, ...coming.map((room) => [room.id, withKnown(room)] as const)])
  coming = []
}

/** With what is known of it and not told each time. */
function withKnown(room: ToldRoom): RoomOverview {
  const known = rooms.value.get(room.id)
  const { last = known?.last ?? null, ...summary } = room
  // How much of it is new to a guest is known here only.
  const newMessages = isForGuests ? (known?.newMessages ?? 0) : summary.newMessages
  return { ...summary, newMessages, last }
}

function putProgress(told: RoomProgress): void {
  const next = new Map(progress.value)
  if (told.missing === 0) next.delete(told.room)
  else next.set(told.room, told)
  progress.value = next
}
