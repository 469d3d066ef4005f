/**
 * How documents are found by their ids. Ids are random, so that each new one changes another page of their index: with six
 * bytes of each, the index has a third of the pages. Nobody makes many documents of which these are equal, and those would
 * only be compared.
 */

/** The condition that a row of `documents` is the one with an id, which is an SQL expression. */
export function isDocument(id: string): string {
  return hasId('documents', id)
}

/** The same of documents that were dropped. */
export function isDropped(id: string): string {
  return hasId('dropped', id)
}

function hasId(table: string, id: string): string {
  return `substr(${table}.id, 1, 6) = substr(${id}, 1, 6) AND ${table}.id = ${id}`
}
