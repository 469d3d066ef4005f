/** The pages that are shown in public. They are made of elements, so that everything somebody wrote is escaped as text. */
import type { ComponentChildren, JSX } from 'preact'
import { hueOf } from '../../key-hash.ts'
import type { PublicEntry, PublicMessage, PublicPage } from './public-room.ts'

/** Degrees that one class of the style sheet stands for. */
export const HUE_STEP = 10

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' })

/** A room as its pages name it. */
export interface NamedRoom {
  slug: string
  name: string
  app: string
}

interface FrameProps {
  title: string
  /** Of which there are feeds. */
  room?: NamedRoom
  children: ComponentChildren
}

function Frame({ title, room, children }: FrameProps): JSX.Element {
  const hasFeeds = room?.app === 'chat'
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href="/style.css" />
        {hasFeeds && (
          <link rel="alternate" type="application/atom+xml" title={title} href={`/${room.slug}/feed.atom`} />
        )}
        {hasFeeds && (
          <link rel="alternate" type="application/feed+json" title={title} href={`/${room.slug}/feed.json`} />
        )}
      </head>
      <body>
        {children}
        <footer>
          <p>
            These pages are for reading only. They are served by a node of Kith, on which people talk without a server
            of somebody else. Times are in UTC.
          </p>
        </footer>
      </body>
    </html>
  )
}

/** All rooms that are shown. */
export function IndexPage({ rooms }: { rooms: readonly NamedRoom[] }): JSX.Element {
  return (
    <Frame title="Rooms">
      <header>
        <h1>Rooms</h1>
      </header>
      <main>
        {rooms.length === 0 ? (
          <p class="nothing">There is nothing to read here yet.</p>
        ) : (
          <ul class="rooms">
            {rooms.map(({ slug, name, app }) => (
              <li key={slug}>
                <a href={`/${slug}/`} dir="auto">
                  {name}
                </a>
                <span class="soft">{app === 'map' ? 'A table' : 'A conversation'}</span>
              </li>
            ))}
          </ul>
        )}
      </main>
    </Frame>
  )
}

/** Some messages of a conversation, in order. `chosen`: the id of the one that was asked for. */
export function ChatPage({ room, page, chosen }: { room: NamedRoom; page: PublicPage; chosen?: string }): JSX.Element {
  const { messages, older, newer } = page
  return (
    <Frame title={room.name} room={room}>
      <RoomHead room={room} />
      <main>
        <Turn href={older === null ? undefined : `/${room.slug}/before/${older}`} rel="prev" words="Older messages" />
        {messages.length === 0 && <p class="nothing">Nothing has been said here yet.</p>}
        {messages.map((message, index) => (
          <MessageItem
            key={message.id}
            room={room}
            message={message}
            before={messages[index - 1]}
            isChosen={message.id === chosen}
          />
        ))}
        <Turn href={newer === null ? undefined : `/${room.slug}/after/${newer}`} rel="next" words="Newer messages" />
        {newer !== null && <Turn href={`/${room.slug}/`} rel="last" words="The newest messages" />}
      </main>
    </Frame>
  )
}

interface MessageItemProps {
  room: NamedRoom
  message: PublicMessage
  before: PublicMessage | undefined
  isChosen: boolean
}

function MessageItem({ room, message, before, isChosen }: MessageItemProps): JSX.Element {
  const { id, name, speaker, timeMs, text, file, answered } = message
  const day = format(DAY, timeMs)
  return (
    <>
      {(before === undefined || format(DAY, before.timeMs) !== day) && <h2 class="day">{day}</h2>}
      <article id={id} class={isChosen ? 'message chosen' : 'message'}>
        <p class="head">
          <strong class={hueClass(speaker)} dir="auto">
            {name}
          </strong>{' '}
          <a href={`/${room.slug}/message/${id}#${id}`}>
            <time dateTime={isoOf(timeMs)}>{format(TIME, timeMs)}</time>
          </a>
        </p>
        {answered !== undefined && (
          <p class="answered">
            <a href={`/${room.slug}/message/${answered.id}#${answered.id}`}>
              <bdi>{answered.name}</bdi>
            </a>
            : <bdi>{answered.text}</bdi>
          </p>
        )}
        {file === undefined ? (
          <p class="text" dir="auto">
            {text}
          </p>
        ) : (
          <FileItem path={`/${room.slug}/file/${id}`} file={file} />
        )}
      </article>
    </>
  )
}

function FileItem({ path, file }: { path: string; file: NonNullable<PublicMessage['file']> }): JSX.Element {
  const words = sizeWords(file.sizeBytes)
  if (!file.isHere) {
    return (
      <p class="file">
        <bdi>{file.name}</bdi> <span class="soft">({file.type === 'folder' ? 'folder' : `${words}; not here`})</span>
      </p>
    )
  }
  return (
    <p class="file">
      {file.isPicture && <img src={path} alt={file.name} loading="lazy" />}
      <a href={path} dir="auto">
        {file.name}
      </a>{' '}
      <span class="soft">({words})</span>
    </p>
  )
}

/** Rows of a table. `number` counts its pages from 1. */
export function TablePage({ room, rows, number, count }: TablePageProps): JSX.Element {
  const hrefOf = (other: number): string => (other === 1 ? `/${room.slug}/` : `/${room.slug}/page/${other}`)
  return (
    <Frame title={room.name} room={room}>
      <RoomHead room={room} />
      <main>
        {rows.length === 0 ? (
          <p class="nothing">There is nothing in this table yet.</p>
        ) : (
          <div class="wide" tabIndex={0} role="region" aria-label="Table">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Value</th>
                  <th scope="col">Last by</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ key, value, name }) => (
                  <tr key={key}>
                    <th scope="row" dir="auto">
                      {key}
                    </th>
                    <td dir="auto">{value}</td>
                    <td dir="auto">{name}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <Turn href={number > 1 ? hrefOf(number - 1) : undefined} rel="prev" words="The rows before" />
        <Turn href={number < count ? hrefOf(number + 1) : undefined} rel="next" words="More rows" />
      </main>
    </Frame>
  )
}

interface TablePageProps {
  room: NamedRoom
  rows: readonly PublicEntry[]
  number: number
  count: number
}

/** What there is instead of a page. */
export function ProblemPage({ title, words }: { title: string; words: string }): JSX.Element {
  return (
    <Frame title={title}>
      <header>
        <h1>{title}</h1>
      </header>
      <main>
        <p>{words}</p>
        <Turn href="/" rel="up" words="All rooms" />
      </main>
    </Frame>
  )
}

function RoomHead({ room }: { room: NamedRoom }): JSX.Element {
  return (
    <header>
      <nav aria-label="Rooms">
        <a href="/">All rooms</a>
      </nav>
      <h1 dir="auto">{room.name}</h1>
      {room.app === 'chat' && (
        <p class="soft">
          To follow it: <a href={`/${room.slug}/feed.atom`}>Atom feed</a>,{' '}
          <a href={`/${room.slug}/feed.json`}>JSON feed</a>
        </p>
      )}
    </header>
  )
}

function Turn({ href, rel, words }: { href: string | undefined; rel: string; words: string }): JSX.Element | null {
  if (href === undefined) return null
  return (
    <p class="turn">
      <a href={href} rel={rel}>
        {words}
      </a>
    </p>
  )
}

/** The class of a name, which the style sheet gives its colour. */
function hueClass(speaker: string): string {
  return `name hue-${Math.floor(hueOf(speaker) / HUE_STEP)}`
}

function format(how: Intl.DateTimeFormat, timeMs: number): string {
  return isoOf(timeMs) === undefined ? 'At a time that no calendar has' : how.format(timeMs)
}

/** Undefined for a time that no calendar has, or whose year has not four digits, as RFC 3339 wants it. */
export function isoOf(timeMs: number): string | undefined {
  const date = new Date(timeMs)
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  return /^\d{4}-/.test(iso) ? iso : undefined
}

function sizeWords(sizeBytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, sizeBytes)) / 10))
  const amount = sizeBytes / 1024 ** power
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[power] ?? ''}`
}
