/** The place of a document that a user names. */
import { parseDocumentId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import type { NodeRoom } from './node-room.ts'
import { quoted } from './quoted.ts'

/** The position in a room of one of its documents, also of a pending one. Throws a KithError `no-such-document`. */
export function positionOf({ id: room, name, core, open }: NodeRoom, text: string): Position {
  const id = parseDocumentId(text)
  const header = id && (core.store.documentHeader(id) ?? open.graph.pendingDocument(id))
  if (id === undefined || header === undefined || (header.room ?? id) !== room) {
    throw new KithError('no-such-document', `there is no message ${quoted(text)} in '${name}'`)
  }
  return { clock: header.clock, id }
}
