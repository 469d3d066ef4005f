/** How people compare keys. What two nodes show must be the same, or it would alarm for nothing. */

/** The salt: keeps the fingerprints apart from all else that is made of keys. */
export const FINGERPRINT_DOMAIN = 'kith/fingerprint/1'
/** A tenth of a second for each key: who looks for one with somebody else's words takes 2^18 times as long for it. */
export const FINGERPRINT_ITERATIONS = 131_072
/** 66 bits: 12 words for two, which people read aloud without tiring. */
export const FINGERPRINT_WORDS = 6
/** 99 bits, for those who do not read English: 60 digits for two, as in messengers. */
export const FINGERPRINT_DIGITS = 30
