/** What a thread is called whose starter gives it no title. */
import { MAX_ROOM_NAME_BYTES } from '../../protocols/room/constants.ts'
import { KithError, type Message } from '../kith.ts'
import { newRoomName } from '../names.ts'

/** Of three bytes. */
const ELLIPSIS = '…'

const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu

/** The beginning of the message, as far as that can be a name. */
export function threadTitle({ text, author }: Pick<Message, 'text' | 'author'>): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  const plain = line.replaceAll(UNSEEN, '').replace(/^[\s-]+/, '')
  const name = [line, plain].map(cutToName).find(isName)
  return name ?? `Thread of ${ELLIPSIS}${author.slice(-8)}`
}

/** At a word if there is one near the end. */
function cutToName(text: string): string {
  if (Buffer.byteLength(text) <= MAX_ROOM_NAME_BYTES) return text
  let kept = ''
  for (const { segment: cluster } of CLUSTERS.segment(text)) {
    if (Buffer.byteLength(kept + cluster + ELLIPSIS) > MAX_ROOM_NAME_BYTES) break
    kept += cluster
  }
  const word = kept.lastIndexOf(' ')
  return (word > kept.length / 2 ? kept.slice(0, word) : kept) + ELLIPSIS
}

/** What people see as one character is not cut in two. */
const CLUSTERS = new Intl.Segmenter()

function isName(text: string): boolean {
  try {
    newRoomName(text, MAX_ROOM_NAME_BYTES)
    return true
  } catch (error) {
    if (error instanceof KithError) return false
    throw error
  }
}
