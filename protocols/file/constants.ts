/** Rules of shared files that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a document that shares a file or folder. */
export const FILE_KIND = 'file'

/** The longest that common file systems allow for one part of a path, in UTF-8. */
export const MAX_FILE_NAME_BYTES = 255

/** Files and folders in a folder, including subfolders: they are listed in memory. Larger ones fit into an archive. */
export const MAX_FOLDER_ENTRIES = 100_000

/** Nesting of folders: far more than people create, and few enough for recursion. */
export const MAX_FOLDER_DEPTH = 64

/** Links from the root of a file to its bytes. Four levels of 174 blocks of 256 KiB are 224 TiB; other layouts are deeper. */
export const MAX_FILE_DEPTH = 64

/** Links to entries and parts in one block of a sharded folder: no implementation uses more or fewer. */
export const MIN_FANOUT = 8
export const MAX_FANOUT = 1_024

/** Levels of a sharded folder: it uses a hash of 64 bits, at least 3 bits on each level. */
export const MAX_SHARD_DEPTH = 22

/** Bytes of a file in one block, the same as for `ipfs add`, so that a file has the same id everywhere. */
export const CHUNK_BYTES = 262_144

/** Of the key with which the blocks of a file are sealed. */
export const FILE_KEY_BYTES = 32

/** Precedes the id of a block in what its key is derived from. */
export const FILE_BLOCK_DOMAIN = 'kith/file-block/1'

/** Bytes that sealing adds to the content of a block. */
export const BLOCK_TAG_BYTES = 16

/** The version of sealed blocks that are not raw, which have a place for it. */
export const SEALED_VERSION = 1
