/**
 * Writes the test vectors of all protocols, from fixed seeds. With `--check` it writes nothing, and
 * fails if a file is out of date.
 */
import { writeGenerated } from './generated-file.ts'
import { accessHistories, actBodies, deviceProofs, inviteProofs } from './vectors/access.ts'
import { batchSyncFrames } from './vectors/batch-sync.ts'
import { blockLinks } from './vectors/block-links.ts'
import { bodies } from './vectors/bodies.ts'
import { chatContexts } from './vectors/chat-contexts.ts'
import { chatHistories } from './vectors/chat.ts'
import { checkupFrames } from './vectors/checkup.ts'
import { checkpoints } from './vectors/checkpoints.ts'
import { dags } from './vectors/dags.ts'
import {
  directoryFrames,
  directoryHolders,
  directoryKeys,
  directoryNodes,
  directoryRecords,
} from './vectors/directory.ts'
import { ensureMapFrames } from './vectors/ensure-map.ts'
import { files as sharedFiles } from './vectors/files.ts'
import { headsDigests } from './vectors/heads.ts'
import { invalidDocuments } from './vectors/invalid-documents.ts'
import { lines } from './vectors/lines.ts'
import { lockBodies, lockFrames } from './vectors/lock.ts'
import { mapBodies, mapHistories } from './vectors/map.ts'
import { moves } from './vectors/moves.ts'
import { nearbyFrames } from './vectors/nearby.ts'
import { networkFrames, signedRoots } from './vectors/network.ts'
import { ranges } from './vectors/ranges.ts'
import { children } from './vectors/children.ts'
import { codedSymbols } from './vectors/reconciliation.ts'
import { rights } from './vectors/rights.ts'
import { ringProviders } from './vectors/ring-providers.ts'
import { ringFrames, ringItems, ringPlaces } from './vectors/ring.ts'
import { roomStateFrames, shownInvites } from './vectors/room-state.ts'
import { safetyWords } from './vectors/safety-words.ts'
import { names, roomHistories, roots } from './vectors/room.ts'
import { epochKeys, privateRoots, sealedDocuments } from './vectors/sealing.ts'
import { sealedStates } from './vectors/sealed-states.ts'
import { sealedBlocks, sealedDags } from './vectors/sealed-dags.ts'
import { signatures, validDocuments } from './vectors/valid-documents.ts'
import { blockIds, frames, ids, roomKeys } from './vectors/wire.ts'

const files: Record<string, unknown> = {
  'protocols/document/vectors/valid.json': validDocuments,
  'protocols/document/vectors/invalid.json': invalidDocuments,
  'protocols/document/vectors/signatures.json': signatures,
  'protocols/document/vectors/bodies.json': bodies,
  'protocols/wire/vectors/room-keys.json': roomKeys,
  'protocols/wire/vectors/ids.json': ids,
  'protocols/wire/vectors/block-ids.json': blockIds,
  'protocols/wire/vectors/frames.json': frames,
  'protocols/room-state/vectors/frames.json': roomStateFrames,
  'protocols/room-state/vectors/heads.json': headsDigests,
  'protocols/room-state/vectors/invited.json': shownInvites,
  'protocols/nearby/vectors/frames.json': nearbyFrames,
  'protocols/directory/vectors/frames.json': directoryFrames,
  'protocols/directory/vectors/holders.json': directoryHolders,
  'protocols/directory/vectors/keys.json': directoryKeys,
  'protocols/directory/vectors/nodes.json': directoryNodes,
  'protocols/directory/vectors/records.json': directoryRecords,
  'protocols/network/vectors/frames.json': networkFrames,
  'protocols/network/vectors/roots.json': signedRoots,
  'protocols/lock/vectors/frames.json': lockFrames,
  'protocols/lock/vectors/bodies.json': lockBodies,
  'protocols/checkup/vectors/frames.json': checkupFrames,
  'protocols/ring/vectors/frames.json': ringFrames,
  'protocols/ring/vectors/items.json': ringItems,
  'protocols/ring/vectors/places.json': ringPlaces,
  'protocols/ring/vectors/providers.json': ringProviders,
  'protocols/batch-sync/vectors/frames.json': batchSyncFrames,
  'protocols/batch-sync/vectors/ranges.json': ranges,
  'protocols/ensure-map/vectors/frames.json': ensureMapFrames,
  'protocols/ensure-map/vectors/links.json': blockLinks,
  'protocols/room/vectors/roots.json': roots,
  'protocols/room/vectors/names.json': names,
  'protocols/room/vectors/checkpoints.json': checkpoints,
  'protocols/room/vectors/lines.json': lines,
  'protocols/room/vectors/children.json': children,
  'protocols/room/vectors/rights.json': rights,
  'protocols/room/vectors/moves.json': moves,
  'protocols/room/vectors/histories.json': roomHistories,
  'protocols/apps/chat/vectors/contexts.json': chatContexts,
  'protocols/apps/chat/vectors/histories.json': chatHistories,
  'protocols/apps/map/vectors/bodies.json': mapBodies,
  'protocols/apps/map/vectors/histories.json': mapHistories,
  'protocols/access/vectors/bodies.json': actBodies,
  'protocols/access/vectors/proofs.json': inviteProofs,
  'protocols/access/vectors/device-proofs.json': deviceProofs,
  'protocols/access/vectors/histories.json': accessHistories,
  'protocols/sealing/vectors/keys.json': epochKeys,
  'protocols/sealing/vectors/documents.json': sealedDocuments,
  'protocols/sealing/vectors/roots.json': privateRoots,
  'protocols/sealing/vectors/states.json': sealedStates,
  'protocols/access/vectors/safety-words.json': safetyWords,
  'protocols/ring/reconciliation/vectors/symbols.json': codedSymbols,
  'protocols/file/vectors/files.json': sharedFiles,
  'protocols/file/vectors/dags.json': dags,
  'protocols/file/vectors/sealed-blocks.json': sealedBlocks,
  'protocols/file/vectors/sealed-dags.json': sealedDags,
}

for (const [path, content] of Object.entries(files)) {
  writeGenerated(path, `${JSON.stringify(content, null, 2)}\n`, 'scripts/make-vectors.ts')
}
