/** Which keys the user of this node has compared with their owners: what the store has of that. */
import type { PeerId } from '../../protocols/wire/ids.ts'

export interface VerifiedRow {
  peer: PeerId
  atMs: number
}

/** Without `atMs`, the key counts as verified no more. */
export type VerifiedWrite = { type: 'put-verified'; peer: PeerId; atMs: number | undefined }

export interface VerifiedReads {
  /** By peer. */
  verified(): VerifiedRow[]
}
