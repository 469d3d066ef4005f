/** Times and sizes with units, as people write and read them. */

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** Milliseconds of `200ms`, `30s`, `10m`, `2h` or `30d`; 0 needs no unit. */
export function parseDuration(value: unknown): number | undefined {
  return value === 0 ? 0 : parse(value, MS)
}

/** Bytes of a number, or of `300B`, `16KiB`, `2MiB` or `1GiB`. */
export function parseSize(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) >= 0 ? Number(value) : parse(value, BYTES)
}

function parse(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  const groups =
    typeof value === 'string' ? /^(?<count>\d+(\.\d+)?) ?(?<unit>[a-zA-Z]+)$/.exec(value)?.groups : undefined
  const factor = Object.entries(units).find(([unit]) => unit === groups?.unit)?.[1]
  return factor === undefined ? undefined : Math.round(Number(groups?.count) * factor)
}

/** A time in a suitable unit, with three digits: `12 ms`, `4.2 s`, `30 d`. */
export function formatDuration(durationMs: number): string {
  return format(durationMs, Object.entries(MS).reverse(), 'ms')
}

/** A size in a suitable unit: `300 B`, `4.2 KiB`. */
export function formatSize(sizeBytes: number): string {
  return format(sizeBytes, Object.entries(BYTES).reverse(), 'B')
}

function format(amount: number, units: readonly (readonly [string, number])[], smallest: string): string {
  const [unit, factor] = units.find(([, size]) => amount >= size) ?? [smallest, 1]
  return `${Number((amount / factor).toPrecision(3))} ${unit}`
}
