/** Writes of every kind. */
import type { Write } from '../../src/store/store.ts'
import {
  accessRow,
  addressRow,
  authorOf,
  blockOf,
  contentOf,
  documentRow,
  ensuredRow,
  faultRow,
  idOf,
  linkingRow,
  lockRow,
  pendingRow,
  peerFrontierRow,
  peerOf,
  pinnedAddressRow,
  putChildLink,
  putDocument,
  putNeeds,
  ringItemRow,
  roomRow,
  sharingRow,
  unackedRow,
} from './store-rows.ts'

/** One write of each kind that adds rows, about the document `label`. */
export function everyWrite(label: string): Write[] {
  const room = idOf('room')
  const document = documentRow(label)
  const { id, author, seq, clock } = document
  return [
    { type: 'put-room', room: roomRow(room, { name: label }) },
    putDocument(documentRow(`old ${label}`)),
    putDocument(document, [idOf('kept'), idOf(`old ${label}`)]),
    { type: 'drop-documents', room, ids: [idOf(`old ${label}`)] },
    { type: 'put-dropped', room, headers: [{ id: idOf(`older ${label}`), clock: 1, author, seq }] },
    { type: 'put-author-head', room, head: { author, id, seq, clock, forks: 0 } },
    { type: 'put-access', room, row: accessRow(label) },
    { type: 'put-epoch', room, row: { id: `${label}`, key: new Uint8Array(32), unread: 1, given: [] } },
    putChildLink(label),
    { type: 'put-directory-node', room, prefix: label, packed: contentOf(label) },
    { type: 'put-directory-record', room, prefix: label, row: label, author: authorOf('a'), packed: contentOf(label) },
    { type: 'put-lock', row: lockRow(label) },
    { type: 'put-known', room, id, version: accessRow(label).version },
    { type: 'put-pending', document: pendingRow(`pending ${label}`) },
    { type: 'put-state', room, state: { position: { clock, id }, encoded: document.block } },
    { type: 'put-peer-frontier', room, row: peerFrontierRow(label) },
    { type: 'put-unacked', room, peer: peerOf('x'), row: unackedRow(label) },
    { type: 'put-sharing', room, row: sharingRow(label) },
    { type: 'put-address', address: addressRow(label) },
    { type: 'put-pinned-address', pinned: pinnedAddressRow(label) },
    { type: 'put-verified', peer: peerOf(label), atMs: 1 },
    { type: 'put-ring-item', item: ringItemRow(label) },
    { type: 'put-fault', fault: faultRow(label) },
    { type: 'put-linking', room, row: linkingRow(label) },
    { type: 'put-ensured', row: ensuredRow(label) },
    putNeeds(room, label, [label]),
  ]
}

/** Undoes what of `everyWrite` can be undone. */
export function everyDelete(label: string): Write[] {
  return [
    { type: 'retract-documents', room: idOf('room'), ids: [idOf(label)], heads: [] },
    { type: 'delete-author-head', room: idOf('room'), author: authorOf('a') },
    { type: 'delete-pending', id: idOf(`pending ${label}`) },
    { type: 'delete-state', room: idOf('room') },
    { type: 'delete-peer-frontier', room: idOf('room'), peer: peerOf(label) },
    { type: 'delete-unacked', room: idOf('room'), peer: peerOf('x'), id: idOf(label) },
    { type: 'delete-address', peer: peerOf(label) },
    { type: 'delete-pinned-address', address: pinnedAddressRow(label).address },
    { type: 'put-verified', peer: peerOf(label), atMs: undefined },
    { type: 'delete-ring-item', key: ringItemRow(label).key },
    { type: 'delete-fault', digest: faultRow(label).digest },
    { type: 'delete-child-link', room: idOf('room'), id: idOf(label) },
    { type: 'delete-directory-node', room: idOf('room'), prefix: label },
    { type: 'delete-directory-record', room: idOf('room'), prefix: label, row: label },
    { type: 'delete-linking', room: idOf('room'), id: idOf(label) },
    { type: 'delete-ensured', room: idOf('room'), id: blockOf(label) },
  ]
}
