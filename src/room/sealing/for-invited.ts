/** The key of a private room for those who come with an invite from before it, and find it in the document before a checkpoint. */
import type { Document } from '../../../protocols/document/document.ts'
import { boxKeyOf, MAX_RECIPIENTS, openFor, type EpochKey, type KeyId } from '../../../protocols/sealing/index.ts'
import { digestOfDocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from '../access/access-control.ts'
import type { Content } from '../content.ts'
import { inviteBoxes } from './recipients.ts'
import type { RoomKeys } from './room-keys.ts'
import { givenKeyContent, givenKeyOf, listOfSealed, recipientIdOf, sealedFor } from './sealed-keys.ts'

/** Undefined if there is no key here, or nobody who needs it. Of more than fit one document, those invited last. */
export function contentForInvited(
  keys: Pick<RoomKeys, 'forWriting' | 'sealForBox'>,
  control: AccessControl,
  nowMs: number,
): Content | undefined {
  const { forWriting } = keys
  if (typeof forWriting === 'string') return undefined
  const { id: epoch } = forWriting.key
  const boxes = inviteBoxes(control, nowMs, epoch).slice(-MAX_RECIPIENTS)
  const list = listOfSealed(boxes, (box) => keys.sealForBox(box)?.key)
  return list.length === 0 ? undefined : givenKeyContent({ epoch, keys: list })
}

/** The key with an id, if a document gives it to a box with one of these secrets. */
export function keyForInvited(
  document: Document,
  { room, epoch, secrets }: { room: RoomId; epoch: KeyId; secrets: readonly Uint8Array[] },
): EpochKey | undefined {
  const given = givenKeyOf(document)
  if (given?.epoch !== epoch) return undefined
  for (const box of secrets.map(boxKeyOf)) {
    for (const sealed of sealedFor(given.keys, recipientIdOf(box.publicKey))) {
      const key = openFor(digestOfDocumentId(room), epoch, box, sealed)
      if (key !== undefined) return key
    }
  }
  return undefined
}
