/** The rooms of a node in the library's public types; part of kith.ts. */
import type { AccessMode } from './kith-access.ts'
import type { App } from './kith-apps.ts'
import type { ChatRoom } from './kith-chat.ts'
import type { ChildRoom } from './kith-children.ts'
import type { NearbyRoom } from './kith-nearby.ts'
import type { Room, RoomOf } from './kith-rooms.ts'

/** How to join a room. */
export interface JoinOptions {
  /** Multiaddrs to stay connected to, remembered over restarts. */
  peers?: string[]
  /** Fetch the newest documents first; useful for slow links and long histories. */
  newestFirst?: boolean
}

/** A room to create. */
export interface NewRoom {
  name: string
  /** Default: `chat`. */
  app?: App | string | undefined
  /** Default: `open`; with `in`, that of the room above, whose roles it takes over if it has members. */
  access?: AccessMode
  /** The room that it is to be below, named as for `get`, which links to it. Default: none. */
  in?: string
}

/** The rooms of a node. */
export interface Rooms {
  /**
   * Creates a room; resolves once its root document is durable. Throws a KithError `bad-name`, `unknown-app`, or `bad-value`
   * if there is no such access; with `in`, like `get` and `Room.write`.
   */
  create(options: NewRoom & { app?: undefined }): Promise<ChatRoom>
  create<SomeApp extends App>(options: NewRoom & { app: SomeApp }): Promise<RoomOf<SomeApp>>
  create(options: NewRoom & { app: string }): Promise<Room>
  /**
   * Joins a room by the id of its root document or by an invite. Resolves at once; the room is `waiting`
   * until a peer has sent the root document. With `app`, the room has that app's commands, as with
   * `Room.as`. An invite to a room with members is accepted once it has arrived there. Throws a KithError `bad-room-id`,
   * `bad-invite`, `bad-address` for a peer or an address in the invite, and whatever `as` throws.
   */
  join(idOrInvite: string, options?: JoinOptions): Promise<Room>
  join<SomeApp extends App>(idOrInvite: string, options: JoinOptions & { app: SomeApp }): Promise<RoomOf<SomeApp>>
  /**
   * Stores and relays a room's documents without being a member: the room cannot be read or written
   * here. At `maxBytes` (default: as before, at first 256 MiB) the node tells its neighbours and accepts no more, until a later call raises the
   * limit. Space that the documents leave is for the files they link to. `join` turns a carrier into a
   * member. Throws a KithError `bad-room-id`, `bad-address`, `bad-value` if `maxBytes` is less than one
   * document may take, or `is-member`.
   */
  carry(idOrInvite: string, options?: { maxBytes?: number; peers?: string[] }): Promise<Room>
  /**
   * A room by its id, its name, or a unique prefix of either, or one below it, such as `Kitchen/Soup`; with `app`, typed as
   * by `Room.as`. A name matches in any form that looks the same. Throws a KithError `no-such-room`, `ambiguous`,
   * `not-followed` or `not-below`, and whatever `as` throws.
   */
  get(reference: string): Room
  get<SomeApp extends App>(reference: string, app: SomeApp): RoomOf<SomeApp>
  /** A room below another one, such as `Kitchen/Soup`, whether it is followed or not. Throws like `get` and `Children.get`. */
  child(path: string): { parent: Room; child: ChildRoom }
  /** All rooms, including those that are only carried. */
  list(): Room[]
  /** Rooms that connected nodes on this network announce, by name. Asks them, and waits for their answers for up to a second. */
  nearby(): Promise<NearbyRoom[]>
}
