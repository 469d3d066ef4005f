/** What the store has of the nodes of directories that are held here: as the protocol has it. */
import type { DirectoryPorts, DirectoryWrite } from '../../protocols/directory/index.ts'

export type { DirectoryWrite }

export interface DirectoryReads {
  /** A node of a directory, packed; undefined if it is not held here. */
  directoryNode: DirectoryPorts['node']
  /** The records of a node, packed, in no particular order. */
  directoryRecords: DirectoryPorts['records']
  /** Nodes in an order of the store's own; `after`: the `key` of the last one that was read. */
  directoryNodes: DirectoryPorts['nodes']
  /** How many nodes and records are here. */
  directorySize: DirectoryPorts['held']
  /** How many records of an author are here in all nodes of a directory. */
  directoryAuthorRecords: DirectoryPorts['authorRecords']
}
