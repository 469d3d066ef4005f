/** Sends records that list documents, as many as it takes. */
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import { chunksOf } from '../wire/pack.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { MAX_IDS } from './constants.ts'
import type { BatchSyncEffects } from './ports.ts'
import type { AckRecord, DeferRecord, IdsRecord } from './records.ts'

type Said<Type> = Omit<Type, 'topic' | 'ids'> & { ids: readonly DocumentId[] }

/** Sends nothing if there are none. */
export function sendIds(
  effects: BatchSyncEffects,
  to: PeerId,
  room: RoomId,
  record: Said<AckRecord> | Said<IdsRecord> | Said<DeferRecord>,
): void {
  const topic = topicKeyOf(room)
  for (const ids of chunksOf(record.ids, MAX_IDS)) effects.send(to, { ...record, topic, ids })
}
