/** What the SQLite store has of rooms with members. */
import { digestOfDocumentId, documentIdOfDigest, type RoomId } from '../../protocols/wire/ids.ts'
import type { AccessReach, AccessRow, AccessWrite, EpochRow } from './access.ts'
import type { RowKeys } from './row-keys.ts'
import type { prepareStatements } from './sqlite-statements.ts'

type Statements = ReturnType<typeof prepareStatements>

export function readAccessRows(statements: Statements, room: RoomId): AccessRow[] {
  return statements.accessRows.all(digestOfDocumentId(room)).map(({ version, bases, act, reach }) => ({
    ...{ version, bases: JSON.parse(bases) as number[] },
    ...(act !== null && { act: documentIdOfDigest(act) }),
    ...(reach !== null && { reach: JSON.parse(reach) as AccessReach }),
  }))
}

export function readEpochs(statements: Statements, room: RoomId): EpochRow[] {
  return statements.epochs.all(digestOfDocumentId(room)).map(({ id, key, unread, given }) => ({
    ...{ id, unread, given: JSON.parse(given) as string[] },
    ...(key !== null && { key }),
  }))
}

export function writeAccess(statements: Statements, keys: RowKeys, write: AccessWrite): void {
  const room = keys.room(write.room)
  switch (write.type) {
    case 'put-access': {
      const { version, bases, act, reach } = write.row
      const digest = act === undefined ? null : digestOfDocumentId(act)
      const reachText = reach === undefined ? null : JSON.stringify(reach)
      statements.putAccess.run(room, version, JSON.stringify(bases), digest, reachText)
      return
    }
    case 'put-known':
      statements.putKnown.run(room, digestOfDocumentId(write.id), write.version)
      return
    case 'put-epoch': {
      const { id, key = null, unread, given } = write.row
      statements.putEpoch.run(room, id, key, unread, JSON.stringify(given))
    }
  }
}
