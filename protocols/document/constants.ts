/** The version that this implementation writes, and the only one it reads. */
export const DOCUMENT_VERSION = 1

/** Prefixed to the signed bytes, so that a document's signature is not valid for anything else. */
export const SIGNATURE_DOMAIN = 'kith/document/1'

/** A document fits one frame many times over, and a node can hold thousands in memory; larger things are files it links to. */
export const MAX_DOCUMENT_BYTES = 64 * 1024

/**
 * As many as a frontier names, so that a single message joins all heads that a peer announces, at 41 bytes each;
 * more heads are joined by further documents.
 */
export const MAX_PARENTS = 256

/** All elements of a block but its body, its links and its parents take less than this: some 300. */
export const OTHER_ELEMENTS_BYTES = 512

/** Attachments of one document; a folder of more is one linked DAG. */
export const MAX_LINKS = 256

/** Every usual codec and hash has shorter binary CIDs. */
export const MAX_CID_BYTES = 128

/** `chat.reaction` and the like; a kind is a name, not a payload. */
export const MAX_KIND_LENGTH = 64

/** The maximum nesting of arrays and maps in a dag-cbor body. A decoder recurses, and people write nothing deeper. */
export const MAX_BODY_DEPTH = 32

/** Ed25519. */
export const SIGNATURE_BYTES = 64
