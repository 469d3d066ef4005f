/** Sizes as people read them. */

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

/** Such as `2.1 MiB`, like in the terminal. */
export function sizeWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  return `${number.format(bytes / 1024 ** power)} ${bytes === 1 ? 'byte' : UNITS[power]}`
}

/** How far something is. */
export function progressWords(bytes: number, sizeBytes: number, bytesPerSecond: number): string {
  const speed = bytesPerSecond > 0 ? `, ${sizeWords(Math.round(bytesPerSecond))}/s` : ''
  return `${sizeWords(bytes)} of ${sizeWords(sizeBytes)}${speed}`
}
