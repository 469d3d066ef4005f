/** What the machine is called: a default for the names of nodes and devices. */
import { hostname } from 'node:os'
import { MAX_AUTHOR_NAME_BYTES } from '../../protocols/room/constants.ts'

/** Empty if it has no name of use. */
export function nameOfHost(): string {
  return hostname().replace(/^-+/, '').slice(0, MAX_AUTHOR_NAME_BYTES)
}
