/** The calls about directories: their inputs and answers. */
import type { DirectoryPage } from '../kith.ts'
import { COUNT, field, FILLED, roomField } from './fields.ts'

const textField = field('The entry, in any spelling that has the same key.', FILLED)

export const directoryInputs = {
  'directory.add': {
    required: { room: roomField, text: field('At most 128 bytes. It is found by how it begins.', FILLED) },
    optional: { link: field('CID of what it is about, such as a room or a file.', FILLED) },
  },
  'directory.find': {
    required: { room: roomField, prefix: field('How the entries begin, in any spelling.', FILLED) },
    optional: {
      limit: field('1 to 60. Default: 20.', COUNT),
      after: field('Those after this place: the `next` of the page before.', FILLED),
    },
  },
  'directory.remove': {
    required: { room: roomField, text: textField },
    optional: { author: field('Whose entry; others than admins remove their own only. Default: this node.', FILLED) },
  },
} as const

export interface DirectoryOutputs {
  /** Adds an entry to a directory, in place of this node's own with the same key. */
  'directory.add': { copies: number }
  /** Entries of a directory that begin with a text, in the order of their keys. */
  'directory.find': DirectoryPage
  /** Removes an entry from a directory. */
  'directory.remove': { copies: number }
}
