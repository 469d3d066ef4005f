/** How the node's own errors are shown. */
import type { FaultInfo } from '../kith.ts'
import type { FaultRow } from '../store/store.ts'

/** In `status`: more would hide the rest. */
const MAX_SHOWN_FAULTS = 5

/** The latest errors. */
export function faultInfos(rows: readonly FaultRow[]): FaultInfo[] {
  return rows.slice(0, MAX_SHOWN_FAULTS).map(({ kind, peer = null, atMs, error }) => ({ kind, peer, atMs, error }))
}
