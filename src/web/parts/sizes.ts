/** Sizes as people read them. */
import { locale, t } from '../language/language.ts'

const UNITS = ['', 'KiB', 'MiB', 'GiB', 'TiB'] as const
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })

/** Such as `2.1 MiB`, like in the terminal. */
export function sizeWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  return power === 0
    ? t('{{count}} bytes', { count: bytes })
    : `${number.format(bytes / 1024 ** power)} ${UNITS[power]}`
}

/** How far something is. */
export function progressWords(bytes: number, sizeBytes: number, bytesPerSecond: number): string {
  const speed = bytesPerSecond > 0 ? `, ${sizeWords(Math.round(bytesPerSecond))}/s` : ''
  return t('{{bytes}} of {{size}}', { bytes: sizeWords(bytes), size: sizeWords(sizeBytes) }) + speed
}
