/** Names and limits of directories, each limit with its reason. */

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const DIRECTORY_PROTOCOL = '/kith/directory/1.0.0'
export const DIRECTORY_VERSIONS = [1]

/** The app that the root of a directory names. */
export const DIRECTORY_APP = 'directory'

/** What the signature of a record covers begins with this, so that it is a signature of nothing else. */
export const RECORD_DOMAIN = 'kith/directory/record/1'
/** What decides who holds a node begins with this. */
export const HOLDER_DOMAIN = 'kith/directory/holder/1'

/** UTF-8 bytes of an entry as it is shown: a line that people still read. */
export const MAX_TEXT_BYTES = 128
/** UTF-8 bytes of its key: normalising one character makes up to eighteen of it. */
export const MAX_KEY_BYTES = 256
/** Behind the key: a zero, and the public key of whose entry it is. */
export const PLACE_TAIL_BYTES = 33
export const MAX_PLACE_BYTES = MAX_KEY_BYTES + PLACE_TAIL_BYTES
/** Bytes of the CID of a link: version, codec, hash function and length in two bytes each, and a digest of 64. */
export const MAX_LINK_BYTES = 72
/** Bytes of what an author signs: a text, a link, two digests, a time, and their tags. */
export const MAX_BODY_BYTES = 320

/**
 * Records of a node, after which it keeps the first half only: at 190 bytes each, a node is sent whole in one frame, and a
 * million entries are some ten thousand nodes.
 */
export const MAX_NODE_RECORDS = 256
/** What a node keeps of them, and so what a short prefix finds at once. */
export const WINDOW_RECORDS = MAX_NODE_RECORDS / 2
/**
 * Records of one author in a node, the first ones by their places; admins have no such limit. It takes several authors to fill
 * a node, so one alone makes no new nodes, and has at most a quarter of what the others have together.
 */
export const AUTHOR_NODE_RECORDS = 64
/** Records of one author, admins apart, that a node keeps in one directory, whatever nodes of the tree they are in: 2 MB. */
export const MAX_AUTHOR_RECORDS = 8_192

/** Records of one directory that a node holds, 220 MB at most: its part of a million entries on eight nodes. */
export const MAX_DIRECTORY_RECORDS = 524_288
/** The same for all its directories: anybody can begin one. */
export const MAX_HELD_RECORDS = 2 * MAX_DIRECTORY_RECORDS
/** Of both, what only admins fill: in an open directory, whoever invents authors can fill the rest. */
export const ADMIN_RECORDS = MAX_DIRECTORY_RECORDS / 8
/** Nodes of the tree of one directory that a node holds, 700 bytes each besides their records: 46 MB. */
export const MAX_DIRECTORY_NODES = 65_536
export const MAX_HELD_NODES = 2 * MAX_DIRECTORY_NODES

/** Copies of each node of the tree: three of its holders may be gone. */
export const COPIES = 4
/** Holders that are asked about a node: a second one shows what the first one withholds or has not got yet. */
export const ASKED_HOLDERS = 2

/** The same, if one of these is silent, or none has a node that should be there: who came a moment ago sees others. */
export const WIDE_HOLDERS = 8

/** Records in one PUT or SEEN: 7 ms of signature checks, so that others wait no longer for their turn. */
export const MAX_RECORDS = 63
/** Entries in one page: as many as people look through, and as one answer may have. */
export const MAX_PAGE = 60
export const DEFAULT_PAGE = 20
/** Bytes of records in all pages of one holder for one search: two of them, and what is said about nodes, are below 40 kB. */
export const MAX_PAGE_BYTES = 14 * 1024
/** Times that holders are asked in one search; what is left by then is for the next page. */
export const MAX_ROUNDS = 4

/** Nodes on one path that are asked about at once: paths in use are shorter. */
export const MAX_LENGTHS = 48
/** A holder that has not answered a LOOK by then is left out: several round trips of a slow link. */
export const ANSWER_MS = 3_000
/** The same for a PUT: whoever is sent many at once, by several, checks one signature after another. */
export const TAKEN_MS = 15_000
/** Searches and writes of this node at the same time; more are refused. */
export const MAX_TASKS = 256

/** Bytes that one peer is answered at once, and then: sixteen whole searches at once, and two a second. */
export const ANSWER_BURST_BYTES = 16 * 2 * MAX_PAGE_BYTES
export const ANSWER_BYTES_PER_SECOND = 2 * 2 * MAX_PAGE_BYTES
/** What an answer counts at least, so that looking for nothing costs something too. */
export const MIN_ANSWER_BYTES = 256
/** Records of one author that are taken at once, and then, from whoever brings them; admins apart: somebody who types, or pastes a list. */
export const AUTHOR_BURST = 1_024
export const AUTHOR_RECORDS_PER_SECOND = 16

/** Nodes of the tree that are kept in memory: 50 kB each. */
export const MAX_LOADED_NODES = 128
/** Records whose signature was checked, 300 bytes each: those that a PUT of each of some peers goes on with further down. */
export const MAX_CHECKED_RECORDS = 8_192
/** Authors whose records are counted in memory, 200 bytes each; in an open room, anybody can invent some. */
export const MAX_COUNTED_AUTHORS = 8_192
/** What is known of nodes elsewhere, which saves asking about them. */
export const MAX_KNOWN_NODES = 8_192
/** For as long: a node may have come to another holder since. */
export const KNOWN_MS = 60_000
/** After peers came or went, holders are compared: not for each of many that come at once. */
export const REPAIR_DELAY_MS = 5_000
/** By then, the first holder of a node that became too full has passed on the rest: a few round trips for each level. */
export const LEFT_MS = 30_000
/** Nodes that are looked at in one step of that, so that no step takes long. */
export const REPAIR_NODES = 16

/** What a LOOK costs for each node, and a PUT for each record: rows are read; a signature is checked. */
export const LOOK_STEPS = 8
export const RECORD_STEPS = 16
