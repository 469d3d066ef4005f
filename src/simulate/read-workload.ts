/** Reads the workload of a scenario file: who writes, who adds files, who wants them. */
import { MAX_TEXT_BYTES } from '../../protocols/apps/chat/constants.ts'
import { chat } from '../apps/chat/index.ts'
import type { App } from '../kith.ts'
import type { NodeNames } from './node-names.ts'
import type { AddedFiles, Scenario, Writes } from './scenario.ts'
import { formatDuration } from './units.ts'
import type { YamlValue } from './yaml-value.ts'

/** The default size of texts: a sentence. */
const TEXT_BYTES = { min: 40, max: 40 }

/** Each node that has a file holds it in memory. */
const MAX_FILE_BYTES = 1024 ** 3
/** Each file contains its number, so that no two are equal. */
const MIN_FILE_BYTES = 64
const FILE_BYTES = { min: 16 * 1_024, max: 16 * 1_024 }

/** Smaller blocks would show more about links than about files. */
const MIN_BLOCK_BYTES = 1_024
/** The size into which IPFS and Kith cut files. */
const MAX_BLOCK_BYTES = 256 * 1_024

type Workload = Pick<Scenario, 'app' | 'introductions' | 'writes' | 'files' | 'autoFetchBytesMax'>

/** Who takes part in a scenario, and for how long. */
export interface Cast {
  names: NodeNames
  carriers: ReadonlySet<number>
  liars: ReadonlyMap<number, unknown>
  durationMs: number
  /** By the names that a scenario uses. */
  apps: ReadonlyMap<string, App>
}

/** `{ app, introductions, writes, files, auto-fetch }`. */
export function readWorkload(value: YamlValue | undefined, cast: Cast): Workload {
  const {
    app,
    introductions,
    writes,
    files,
    'auto-fetch': autoFetch,
  } = value?.object(['app', 'introductions', 'writes', 'files', 'auto-fetch']) ?? {}
  if (value !== undefined && writes === undefined && files === undefined) {
    value.problem("the key 'writes' is missing: who writes how much")
  }
  return {
    app: readApp(app, cast),
    introductions: introductions?.choice(['all', 'writers']) ?? 'all',
    writes: writes?.list('a list of writers').map((write) => readWrites(write, cast)) ?? [],
    files: files?.list('a list of those who add files').map((file) => readFiles(file, cast)) ?? [],
    autoFetchBytesMax: autoFetch?.size(MAX_FILE_BYTES),
  }
}

function readApp(value: YamlValue | undefined, { apps }: Cast): App {
  if (value === undefined) return chat
  // Of a directory, nothing is written into the room.
  const writable = new Map([...apps].filter(([, { kinds }]) => Object.keys(kinds).length > 0))
  const app = typeof value.value === 'string' ? writable.get(value.value) : undefined
  if (app === undefined) {
    const names = [...writable.keys()].map((name) => `'${name}'`)
    value.expected(`one of ${names.join(', ')}, or a file such as './todo.ts'`)
  }
  return app ?? chat
}

const WRITE_KEYS = ['by', 'count', 'every', 'from', 'size'] as const

function readWrites(value: YamlValue, cast: Cast): Writes {
  const { by, size, ...keys } = value.object(WRITE_KEYS)
  return {
    ...readTimes(value, keys, cast.durationMs),
    by: readAuthors(by, cast, cast.carriers),
    sizeBytes: size?.range((bytes) => bytes.size(MAX_TEXT_BYTES)) ?? TEXT_BYTES,
  }
}

function readFiles(value: YamlValue, cast: Cast): AddedFiles {
  const { by, size, block, 'wanted-by': wantedBy, ...keys } = value.object([...WRITE_KEYS, 'block', 'wanted-by'])
  const { names, liars } = cast
  const authors = readAuthors(by, cast, new Set([...cast.carriers, ...liars.keys()]))
  if (authors.some((node) => liars.has(node))) by?.problem('expected no liar: nobody could fetch its files')
  const sizeBytes = size?.range((bytes) => bytes.size(MAX_FILE_BYTES)) ?? FILE_BYTES
  if (sizeBytes.min < MIN_FILE_BYTES) size?.problem(`expected files of at least ${MIN_FILE_BYTES} bytes`)
  const blockBytes = block?.size(MAX_BLOCK_BYTES) ?? MAX_BLOCK_BYTES
  if (blockBytes < MIN_BLOCK_BYTES) block?.problem(`expected blocks of at least ${MIN_BLOCK_BYTES} bytes`)
  const asking = wantedBy ? names.list(wantedBy) : []
  return { ...readTimes(value, keys, cast.durationMs), by: authors, sizeBytes, blockBytes, wantedBy: asking }
}

/** The given nodes, or by default all that can be authors. */
function readAuthors(by: YamlValue | undefined, { names, carriers }: Cast, except: ReadonlySet<number>): number[] {
  const authors = by ? names.list(by) : names.all.filter((node) => !except.has(node))
  if (authors.some((node) => carriers.has(node))) by?.problem('expected no carrier: carriers write nothing')
  return authors
}

/** How often something happens, and when it begins. */
export function readTimes(
  value: YamlValue,
  { count, every, from }: Partial<Record<'count' | 'every' | 'from', YamlValue>>,
  durationMs: number,
): Pick<Writes, 'count' | 'everyMs' | 'fromMs'> {
  if (!count || !every) value.problem("expected at least 'count' and 'every'")
  const times = { count: count?.count() ?? 1, everyMs: every?.positiveDuration() ?? NaN, fromMs: from?.duration() ?? 0 }
  const endMs = times.fromMs + times.count * times.everyMs
  if (endMs > durationMs) value.problem(`takes ${formatDuration(endMs)}, which is longer than the duration`)
  return times
}
