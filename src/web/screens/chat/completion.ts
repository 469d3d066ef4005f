/** Names that are completed behind an @. */
import type { Member } from '../../../kith.ts'

/** Shown at a time. */
const MAX_SUGGESTED = 6
/** No name is longer. */
const MAX_QUERY_CHARACTERS = 64

const BEFORE_AT = /[\p{L}\p{N}_.]$/u

/** What is being typed behind an @, and where that stands. */
export interface Query {
  at: number
  end: number
  words: string
}

/** What is typed before the caret as the beginning of a name; undefined if that is none. */
export function queryAt(text: string, caret: number): Query | undefined {
  const at = text.lastIndexOf('@', caret - 1)
  if (at === -1 || BEFORE_AT.test(text.slice(0, at))) return undefined
  const words = text.slice(at + 1, caret)
  if (words.length > MAX_QUERY_CHARACTERS || words.includes('\n') || words.startsWith(' ')) return undefined
  return { at, end: caret, words }
}

/** The people whose names, or words of them, begin so: those who are here first. One of each person. */
export function suggested(query: Query, members: readonly Member[]): Member[] {
  const wanted = query.words.toLowerCase()
  const self = members.find((member) => member.self)?.person
  const isMatch = ({ name }: Member): boolean => {
    const shown = name.toLowerCase()
    return shown.startsWith(wanted) || shown.split(/\s+/).some((word) => word.startsWith(wanted))
  }
  const people = members.filter(
    ({ peer, person, dropped, standing }) =>
      peer === person && person !== self && !dropped && standing?.role !== 'none',
  )
  const here = new Set(members.filter(({ online }) => online).map(({ person }) => person))
  return people
    .filter(isMatch)
    .sort((a, b) => Number(here.has(b.person)) - Number(here.has(a.person)) || a.name.localeCompare(b.name))
    .slice(0, MAX_SUGGESTED)
}

/** The text with a name in place of what was typed, and where the caret is then. */
export function completed(text: string, { at, end }: Query, { name }: Member): { text: string; caret: number } {
  const before = `${text.slice(0, at)}@${name} `
  return { text: before + text.slice(end).replace(/^ /, ''), caret: before.length }
}
