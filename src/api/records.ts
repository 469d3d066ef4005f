/** Documents and events of a node as JSON. */
import type { DocumentInfo, KithNode, NodeEvents } from '../kith.ts'
import type { DocumentRecord, EventRecord } from './event-record.ts'

/** A document with its body in base64. */
export function documentRecord(document: DocumentInfo): DocumentRecord {
  return { ...document, body: Buffer.from(document.body).toString('base64') }
}

/** Calls `push` for every event of the node until the returned function is called. */
export function subscribeEvents(node: KithNode, push: (record: EventRecord) => void): () => void {
  const stops = [
    listen(node, 'document', (document) => push({ event: 'document', document: documentRecord(document) })),
    listen(node, 'message', (message) => push({ event: 'message', message })),
    listen(node, 'room', (room) => push({ event: 'room', room })),
    listen(node, 'left', (left) => push({ event: 'left', left })),
    listen(node, 'joined', (joined) => push({ event: 'joined', joined })),
    listen(node, 'moved', (moved) => push({ event: 'moved', moved })),
    listen(node, 'access', (access) => push({ event: 'access', access })),
    listen(node, 'child', (child) => push({ event: 'child', child })),
    listen(node, 'refuted', (refuted) => push({ event: 'refuted', refuted })),
    listen(node, 'progress', (progress) => push({ event: 'progress', progress })),
    listen(node, 'peer', (peer) => push({ event: 'peer', peer })),
    listen(node, 'fork', (fork) => push({ event: 'fork', fork })),
    listen(node, 'refused', (refused) => push({ event: 'refused', refused })),
    listen(node, 'fault', ({ error, ...fault }) =>
      push({ event: 'fault', fault: { ...fault, message: error.message } }),
    ),
    listen(node, 'devices', (devices) => push({ event: 'devices', devices })),
    listen(node, 'finding', (finding) => push({ event: 'finding', finding })),
    listen(node, 'failed', (error) => push({ event: 'failed', failed: { message: error.message } })),
    listen(node, 'disk', (disk) => push({ event: 'disk', disk })),
    listen(node, 'ensured', (ensured) => push({ event: 'ensured', ensured })),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Adds a listener to a node; the returned function removes it. */
function listen<Name extends keyof NodeEvents>(
  node: KithNode,
  name: Name,
  listener: (...args: NodeEvents[Name]) => void,
): () => void {
  node.on(name, listener)
  return () => void node.off(name, listener)
}
