/** The bench's results as a table for READMEs: a line for each figure and size, a column for each system. */
import type { Result } from './results.ts'
import { figure } from './table.ts'

/** Each figure, and how many times its cost Kith's is. */
export function markdownOf(results: readonly Result[]): string {
  const peers = [...new Set(results.flatMap((result) => Object.keys(result.peers)))]
  const headings = ['figure', 'n', 'unit', 'Kith', 'floor', ...peers]
  const lines = results.map((result) => [
    result.figure,
    result.n === null ? '' : figure(result.n),
    result.unit,
    figure(result.median),
    compared(result.floor, result.ratio['floor']),
    ...peers.map((peer) => compared(result.peers[peer] ?? null, result.ratio[peer])),
  ])
  const rules = headings.map((_, column) => (column === 0 || column === 2 ? '---' : '--:'))
  return [headings, rules, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function compared(median: number | null, ratio: number | undefined): string {
  return median === null || ratio === undefined ? '' : `${figure(median)} (× ${ratio.toFixed(1)})`
}
