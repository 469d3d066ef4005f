/** What all nodes must agree on about shared files, each with its reason. To change one is to change the protocol. */

/** The kind of a document that shares a file or folder. */
export const FILE_KIND = 'file'

/** The longest that common file systems allow for one part of a path, in UTF-8. */
export const MAX_FILE_NAME_BYTES = 255
