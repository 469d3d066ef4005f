/**
 * Checkups: a node asks a peer to open a connection to it and to tell its time, so that it can tell its user whether others
 * reach it. README.md specifies the wire format; `src/host/checkup.ts` speaks it.
 */
export { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest } from './codec.ts'
export type { CheckupAnswer, DialBack } from './codec.ts'
export * from './constants.ts'
