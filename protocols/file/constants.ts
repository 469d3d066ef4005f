/** What all nodes must agree on about shared files, each with its reason. To change one is to change the protocol. */

/** The kind of a document that shares a file or folder. */
export const FILE_KIND = 'file'

/** The longest that common file systems allow for one part of a path, in UTF-8. */
export const MAX_FILE_NAME_BYTES = 255

/** Files and folders in a folder, those in its folders included: they are listed in memory. Larger ones fit in an archive. */
export const MAX_FOLDER_ENTRIES = 100_000

/** Folders within folders. Far more than people make, and the longest path they can have fits on the stack. */
export const MAX_FOLDER_DEPTH = 64

/** Links from the root of a file to its bytes. Four levels of 174 blocks of 256 KiB are 224 TiB; other layouts are deeper. */
export const MAX_FILE_DEPTH = 64

/** Bytes of a file in one block, as `ipfs add` cuts them, so that the same file has the same id everywhere. */
export const CHUNK_BYTES = 262_144
