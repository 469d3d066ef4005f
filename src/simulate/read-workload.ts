/** Reads what happens in a scenario file beside faults: who writes, who adds files, who wants them. */
import { MAX_TEXT_BYTES } from '../apps/chat.ts'
import type { NodeNames } from './node-names.ts'
import type { AddedFiles, Scenario, Writes } from './scenario.ts'
import { formatDuration } from './units.ts'
import type { YamlValue } from './yaml-value.ts'

/** Files are held in memory by each node that has them. */
const MAX_FILE_BYTES = 1024 ** 3

/** Smaller ones say more about their links than about files. */
const MIN_BLOCK_BYTES = 1_024
/** What IPFS and Kith cut files into. */
const MAX_BLOCK_BYTES = 256 * 1_024

type Workload = Pick<Scenario, 'app' | 'introductions' | 'writes' | 'files' | 'autoFetchBytesMax'>

/** Who is in a scenario, and for how long. */
export interface Cast {
  names: NodeNames
  carriers: ReadonlySet<number>
  liars: ReadonlyMap<number, unknown>
  durationMs: number
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
    app: app?.choice(['chat', 'map']) ?? 'chat',
    introductions: introductions?.choice(['all', 'writers']) ?? 'all',
    writes: writes?.list('a list of writers').map((write) => readWrites(write, cast)) ?? [],
    files: files?.list('a list of those who add files').map((file) => readFiles(file, cast)) ?? [],
    autoFetchBytesMax: autoFetch?.size(MAX_FILE_BYTES),
  }
}

const WRITE_KEYS = ['by', 'count', 'every', 'from', 'size'] as const

function readWrites(value: YamlValue, cast: Cast): Writes {
  return writesOf(value, value.object(WRITE_KEYS), cast, MAX_TEXT_BYTES)
}

function readFiles(value: YamlValue, cast: Cast): AddedFiles {
  const { block, 'wanted-by': wantedBy, ...keys } = value.object([...WRITE_KEYS, 'block', 'wanted-by'])
  const files = writesOf(value, keys, cast, MAX_FILE_BYTES)
  const blockBytes = block?.size(MAX_BLOCK_BYTES) ?? MAX_BLOCK_BYTES
  if (blockBytes < MIN_BLOCK_BYTES) block?.problem(`expected blocks of at least ${MIN_BLOCK_BYTES} bytes`)
  if (files.by.some((node) => cast.liars.has(node))) {
    keys.by?.problem('expected no liar: nobody could have its files')
  }
  return { ...files, blockBytes, wantedBy: wantedBy ? cast.names.list(wantedBy) : [] }
}

function writesOf(
  value: YamlValue,
  { by, count, every, from, size }: Partial<Record<(typeof WRITE_KEYS)[number], YamlValue>>,
  { names, carriers, durationMs }: Cast,
  maxBytes: number,
): Writes {
  if (!count || !every) value.problem("expected at least 'count' and 'every'")
  const writes = {
    by: by ? names.list(by) : names.all.filter((node) => !carriers.has(node)),
    count: count?.count() ?? 1,
    everyMs: every?.positiveDuration() ?? NaN,
    fromMs: from?.duration() ?? 0,
    sizeBytes: size?.range((bytes) => bytes.size(maxBytes)) ?? { min: 40, max: 40 },
  }
  if (writes.by.some((node) => carriers.has(node))) by?.problem('expected no carrier: carriers write nothing')
  const endMs = writes.fromMs + writes.count * writes.everyMs
  if (endMs > durationMs) value.problem(`takes ${formatDuration(endMs)}, which is longer than the duration`)
  return writes
}
