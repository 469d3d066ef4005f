/** Limits of folders, the same on adding and on saving: what one node adds, every other can write to its disk. */

/** Files and folders in a folder, those in its folders included: they are listed in memory. Larger ones fit in an archive. */
export const MAX_FOLDER_ENTRIES = 100_000

/** Folders within folders. Far more than people make, and the longest path they can have fits on the stack. */
export const MAX_FOLDER_DEPTH = 64

/** Links from the root of a file to its bytes. Four levels of 174 blocks of 256 KiB are 224 TiB; other layouts are deeper. */
export const MAX_FILE_DEPTH = 64

/** Bytes of a file in one block, as `ipfs add` cuts them. */
export const CHUNK_BYTES = 262_144
