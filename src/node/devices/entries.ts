/** What the devices room says, entry by entry. Anything may stand there: a device may be stolen, or run another program. */
import {
  DEVICE_PREFIX,
  MAX_LISTED_ROOMS,
  NAME_KEY,
  READ_PREFIX,
  REMOVED_PREFIX,
  ROOM_PREFIX,
} from '../../../protocols/devices/constants.ts'
import { MAX_AUTHOR_NAME_BYTES, MAX_ROOM_NAME_BYTES } from '../../../protocols/room/constants.ts'
import { SIGNATURE_BYTES } from '../../../protocols/document/constants.ts'
import { KEY_BYTES } from '../../../protocols/sealing/index.ts'
import { parseDocumentId, type PeerId, type RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import { publicKeyOfPeerId } from '../../../protocols/wire/peer-ids.ts'
import type { MapState } from '../../apps/map/state.ts'
import type { JsonValue } from '../../kith.ts'
import { newName } from '../../names.ts'

export const deviceKey = (peer: PeerId): string => DEVICE_PREFIX + peer
export const roomKey = (room: RoomId): string => ROOM_PREFIX + room
export const readKey = (room: RoomId): string => READ_PREFIX + room
export const removedKey = (peer: PeerId): string => REMOVED_PREFIX + peer

/** What a device says of itself. */
export interface DeviceEntry {
  /** What its user calls it. */
  name: string
  /** The name of its node when that was last looked at. */
  nodeName: string
  /** The public key of X25519 for which it signed. */
  box: Uint8Array
  /** It is no device of this person any more, by its own word. */
  hasLeft: boolean
  /** Its signature for each other device, which may let it into rooms with it. */
  proofs: ReadonlyMap<PeerId, Uint8Array>
}

export interface ListedRoom {
  id: RoomId
  isJoined: boolean
  alias: string | undefined
  writtenAt: Position
}

/** All of it that makes sense. */
export interface DevicesList {
  /** The person's name. */
  name: string | undefined
  devices: ReadonlyMap<PeerId, DeviceEntry>
  /** Listed first comes first; at most `MAX_LISTED_ROOMS`. */
  rooms: readonly ListedRoom[]
  reads: ReadonlyMap<RoomId, Position>
  /** Devices that were removed, each with who wrote so. */
  removed: ReadonlyMap<PeerId, string>
  /** How many entries make no sense, or are rooms beyond the limit. */
  ignored: number
}

/** The list in each state, as it is asked for often. */
const listOfStates = new WeakMap<MapState, DevicesList>()

export function listOf(state: MapState): DevicesList {
  const known = listOfStates.get(state) ?? readList(state)
  listOfStates.set(state, known)
  return known
}

function readList({ entries }: MapState): DevicesList {
  const devices = new Map<PeerId, DeviceEntry>()
  const reads = new Map<RoomId, Position>()
  const removed = new Map<PeerId, string>()
  const rooms: ListedRoom[] = []
  let name: string | undefined
  let ignored = 0
  for (const [key, { value, author, writtenAt }] of entries) {
    if (value === undefined) continue
    const [kind, peer, room] = [key.slice(0, key.indexOf('/') + 1), peerIn(key), roomIn(key)]
    if (key === NAME_KEY && nameIn(value, MAX_AUTHOR_NAME_BYTES) !== undefined) {
      name = nameIn(value, MAX_AUTHOR_NAME_BYTES)
    } else if (kind === DEVICE_PREFIX && peer !== undefined && peer === author) {
      // Nobody else's word counts for a device.
      const entry = deviceIn(value)
      if (entry === undefined) ignored++
      else devices.set(peer, entry)
    } else if (kind === REMOVED_PREFIX && peer !== undefined) {
      removed.set(peer, author)
    } else if (kind === READ_PREFIX && room !== undefined) {
      const position = positionIn(value)
      if (position === undefined) ignored++
      else reads.set(room, position)
    } else if (kind === ROOM_PREFIX && room !== undefined && isObject(value) && typeof value['joined'] === 'boolean') {
      const alias = nameIn(value['alias'], MAX_ROOM_NAME_BYTES)
      rooms.push({ id: room, isJoined: value['joined'], alias, writtenAt })
    } else {
      ignored++
    }
  }
  rooms.sort((a, b) => comparePositions(a.writtenAt, b.writtenAt))
  ignored += Math.max(0, rooms.length - MAX_LISTED_ROOMS)
  return { name, devices, rooms: rooms.slice(0, MAX_LISTED_ROOMS), reads, removed, ignored }
}

/** A device's entry as a value of the map. */
export function deviceValue({ name, nodeName, box, hasLeft, proofs }: DeviceEntry): JsonValue {
  const signed = [...proofs].map(([peer, proof]) => [peer, Buffer.from(proof).toString('base64')] as const)
  const told = Buffer.from(box).toString('base64')
  return { name, node: nodeName, box: told, ...(hasLeft && { left: true }), proofs: Object.fromEntries(signed) }
}

export function roomValue({ isJoined, alias }: Pick<ListedRoom, 'isJoined' | 'alias'>): JsonValue {
  return { joined: isJoined, ...(alias !== undefined && { alias }) }
}

export function readValue({ clock, id }: Position): JsonValue {
  return [clock, id]
}

function deviceIn(value: JsonValue): DeviceEntry | undefined {
  if (!isObject(value)) return undefined
  const name = nameIn(value['name'], MAX_AUTHOR_NAME_BYTES)
  const nodeName = nameIn(value['node'], MAX_AUTHOR_NAME_BYTES)
  const box = bytesIn(value['box'], KEY_BYTES)
  if (name === undefined || nodeName === undefined || box === undefined) return undefined
  return { name, nodeName, box, hasLeft: value['left'] === true, proofs: proofsIn(value['proofs']) }
}

function proofsIn(value: JsonValue | undefined): Map<PeerId, Uint8Array> {
  const proofs = new Map<PeerId, Uint8Array>()
  if (!isObject(value)) return proofs
  for (const [peer, text] of Object.entries(value)) {
    const proof = bytesIn(text, SIGNATURE_BYTES)
    if (isPeerId(peer) && proof !== undefined) proofs.set(peer, proof)
  }
  return proofs
}

function bytesIn(value: JsonValue | undefined, length: number): Uint8Array | undefined {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
  return bytes?.length === length ? new Uint8Array(bytes) : undefined
}

function positionIn(value: JsonValue): Position | undefined {
  const [clock, id] = Array.isArray(value) && value.length === 2 ? value : []
  const document = typeof id === 'string' ? parseDocumentId(id) : undefined
  return document !== undefined && Number.isSafeInteger(clock) ? { clock: clock as number, id: document } : undefined
}

/** A name that may be given: others would be refused where they are used. */
function nameIn(value: JsonValue | undefined, maxBytes: number): string | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return newName(value, maxBytes, '')
  } catch {
    return undefined
  }
}

function roomIn(key: string): RoomId | undefined {
  return parseDocumentId(key.slice(key.indexOf('/') + 1))
}

function peerIn(key: string): PeerId | undefined {
  const text = key.slice(key.indexOf('/') + 1)
  return isPeerId(text) ? text : undefined
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Longer than any peer id, so that no long text is decoded. */
const MAX_PEER_ID_LENGTH = 64

function isPeerId(text: string): text is PeerId {
  return text.length <= MAX_PEER_ID_LENGTH && publicKeyOfPeerId(text as PeerId) !== undefined
}
