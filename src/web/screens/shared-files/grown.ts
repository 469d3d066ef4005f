/** Told by what has grown, so that a list keeps its place. */
export const GROWN = 'grown'
