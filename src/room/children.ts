/**
 * Rooms below others. A document of the parent links to the child, and the child's root names the parent, by a hash that
 * tells it only to who knows it: either alone makes no child.
 */
import { encode } from '@ipld/dag-cbor'
import {
  CHILD_DOMAIN,
  CHILD_KIND,
  MAX_CHILD_BODY_BYTES,
  MAX_ROOM_NAME_BYTES,
  NONCE_BYTES,
  PARENT_MARK_BYTES,
} from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { sha256 } from '../../protocols/wire/crypto.ts'
import { digestOfDocumentId, documentIdOfDigest, type DocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { decodeExact } from '../apps/cbor.ts'
import { isName } from '../name-form.ts'

const DIGEST_BYTES = 32

/** What a document says that links to a room below its own. */
export interface ChildLink {
  child: RoomId
  title: string
  /** The message that it is about, if it is a thread. */
  about?: DocumentId
}

/** What a root says of the parent of its room. */
export interface ParentMark {
  mark: Uint8Array
  nonce: Uint8Array
}

/** The body of a document of the kind `room/child`. */
export function childLinkBody({ child, title, about }: ChildLink): Uint8Array {
  return encode({
    child: digestOfDocumentId(child),
    title,
    ...(about !== undefined && { about: digestOfDocumentId(about) }),
  })
}

/** What a document says, if it links to a room below its own. */
export function childLinkOf({ kind, body }: Pick<Document, 'kind' | 'body'>): ChildLink | undefined {
  return kind === CHILD_KIND ? readChildLink(body) : undefined
}

/** Decodes the result of `childLinkBody`; undefined for anything else, including other encodings of the same values. */
export function readChildLink(body: Uint8Array): ChildLink | undefined {
  if (body.length > MAX_CHILD_BODY_BYTES) return undefined
  try {
    const { child, title, about } = decodeExact<Record<string, unknown>>(body)
    if (!isDigest(child) || !isName(title, MAX_ROOM_NAME_BYTES) || !(about === undefined || isDigest(about)))
      return undefined
    const link: ChildLink = {
      child: documentIdOfDigest(child),
      title,
      ...(about !== undefined && { about: documentIdOfDigest(about) }),
    }
    return Buffer.compare(childLinkBody(link), body) === 0 ? link : undefined
  } catch {
    return undefined
  }
}

/** What the root of a child says of its parent. */
export function markOfParent(parent: RoomId, nonce: Uint8Array): Uint8Array {
  return sha256(Buffer.from(CHILD_DOMAIN), digestOfDocumentId(parent), nonce)
}

/** Whether what a root says means this parent. */
export function isMarkOf({ mark, nonce }: ParentMark, parent: RoomId): boolean {
  if (mark.length !== PARENT_MARK_BYTES || nonce.length !== NONCE_BYTES) return false
  return Buffer.compare(mark, markOfParent(parent, nonce)) === 0
}

function isDigest(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === DIGEST_BYTES
}
