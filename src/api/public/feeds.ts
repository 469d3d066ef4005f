/** The newest messages of a room as feeds: Atom (RFC 4287) and JSON Feed 1.1. */
import { h, type VNode } from 'preact'
import { render } from 'preact-render-to-string'
import { isoOf, type NamedRoom } from './pages.tsx'
import type { PublicMessage } from './public-room.ts'

/** Of a text, where a message needs a title. */
const TITLE_CHARACTERS = 80
/** What XML cannot say, whatever is escaped. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu
/** When nothing has been said yet, or at a time that RFC 3339 cannot say. */
const NEVER = '1970-01-01T00:00:00.000Z'

/** The feed as XML. */
export function atomFeed(room: NamedRoom, newestFirst: readonly PublicMessage[]): string {
  const times = newestFirst.map(({ timeMs }) => isoOf(timeMs))
  const updated = times.find((time) => time !== undefined) ?? NEVER
  const feed = h('feed', { xmlns: 'http://www.w3.org/2005/Atom' } as object, [
    h('title', null, inXml(room.name)),
    h('id', null, `urn:kith:room:${room.slug}`),
    h('link', { rel: 'self', href: `/${room.slug}/feed.atom` }),
    h('link', { rel: 'alternate', type: 'text/html', href: `/${room.slug}/` }),
    h('updated', null, updated),
    ...newestFirst.map((message) => entryOf(room, message)),
  ])
  return `<?xml version="1.0" encoding="utf-8"?>\n${render(feed)}\n`
}

function entryOf(room: NamedRoom, message: PublicMessage): VNode {
  const { id, name, timeMs } = message
  const at = isoOf(timeMs) ?? NEVER
  return h('entry', null, [
    h('title', null, inXml(titleOf(message))),
    h('id', null, `urn:kith:message:${id}`),
    h('link', { rel: 'alternate', type: 'text/html', href: linkTo(room, message) }),
    h('published', null, at),
    h('updated', null, at),
    h('author', null, h('name', null, inXml(name))),
    h('content', { type: 'text' } as object, inXml(textOf(message))),
  ])
}

/** The feed as JSON. */
export function jsonFeed(room: NamedRoom, newestFirst: readonly PublicMessage[]): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: room.name,
    home_page_url: `/${room.slug}/`,
    feed_url: `/${room.slug}/feed.json`,
    items: newestFirst.map((message) => ({
      id: `urn:kith:message:${message.id}`,
      url: linkTo(room, message),
      content_text: textOf(message),
      date_published: isoOf(message.timeMs) ?? NEVER,
      authors: [{ name: message.name }],
    })),
  })
}

function linkTo(room: NamedRoom, { id }: PublicMessage): string {
  return `/${room.slug}/message/${id}#${id}`
}

function textOf({ text, file }: PublicMessage): string {
  return file === undefined ? text : `Shared ${file.name}`
}

function titleOf(message: PublicMessage): string {
  const line = textOf(message).replaceAll(/\s+/g, ' ').trim()
  const start = line.slice(0, TITLE_CHARACTERS).toWellFormed()
  return `${message.name}: ${start}${start.length < line.length ? '…' : ''}`
}

function inXml(text: string): string {
  return text.toWellFormed().replaceAll(NOT_IN_XML, '\ufffd')
}
