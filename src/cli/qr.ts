/** QR codes in a terminal. */
import { encode } from 'uqr'
import type { Terminal } from './terminal.ts'

/** Light around the code, by which cameras find it. The standard asks for 4; 2 are enough for phones, and narrower. */
const BORDER = 2

/** Black on white, whatever the colours of the terminal are: of the 256 fixed ones, which no theme changes. */
const INK_ON_PAPER = '\u001b[38;5;16;48;5;231m'
const RESET = '\u001b[0m'

/** Two modules, one above the other, by whether each is dark. */
const BLOCKS = { upper: '▀', lower: '▄', both: '█', none: ' ' } as const

export type QrCode = { lines: string[] } | { problem: string }

/**
 * The first of some texts whose code fits the terminal, as lines to print; one that only fits its width has a last line
 * that says so. If none does, or the output is no terminal: why, as a sentence.
 */
export function qrCode(texts: readonly string[], { stdout, env }: Terminal): QrCode {
  if (stdout.isTTY !== true || env.TERM === 'dumb') return { problem: 'A QR code is shown in a terminal only.' }
  const { columns = 80, rows = Infinity } = stdout
  const codes = texts.map((text) => encode(text, { ecc: 'L', border: BORDER }))
  // The line below is the shell's.
  const linesFor = (size: number): number => Math.ceil(size / 2) + 1
  const narrow = codes.filter(({ size }) => size <= columns)
  const fitting = narrow.find(({ size }) => linesFor(size) <= rows) ?? narrow[0]
  if (fitting === undefined) {
    const narrowest = Math.min(...codes.map(({ size }) => size))
    return { problem: `The QR code needs ${narrowest} columns, and this terminal has ${columns}: make it wider.` }
  }
  const lines = linesOf(fitting.data)
  const needed = linesFor(fitting.size)
  if (needed <= rows) return { lines }
  return { lines: [...lines, `The QR code needs ${needed} lines, and this terminal has ${rows}: make it higher.`] }
}

function linesOf(modules: readonly (readonly boolean[])[]): string[] {
  const pairs = modules.flatMap((row, index) => (index % 2 === 0 ? [[row, modules[index + 1]] as const] : []))
  return pairs.map(([upper, lower]) => {
    const blocks = upper.map((isDark, column) => blockOf(isDark, lower?.[column] === true))
    return `${INK_ON_PAPER}${blocks.join('')}${RESET}`
  })
}

function blockOf(upper: boolean, lower: boolean): string {
  if (upper) return lower ? BLOCKS.both : BLOCKS.upper
  return lower ? BLOCKS.lower : BLOCKS.none
}

/**
 * An invite line as it goes into a code, with fewer and fewer addresses: each is longer than all else. The first ones
 * are the likeliest, and whoever is reached knows the others.
 */
export function linesForCode(line: string): string[] {
  const [start = '', query = ''] = line.split('?', 2)
  const fields = query.split('&').filter((field) => field !== '')
  const others = fields.filter((field) => !field.startsWith('addr='))
  const addresses = fields.filter((field) => field.startsWith('addr='))
  const counts = addresses.length === 0 ? [0] : [2, 1].filter((count) => count <= addresses.length)
  return counts
    .map((count) => [...others, ...addresses.slice(0, count)].join('&'))
    .map((rest) => (rest === '' ? start : `${start}?${rest}`))
}

/** The code of an invite line, or why there is none. It comes last, so that nothing pushes it out of a window that is not much higher. */
export function codeLines(terminal: Terminal, line: string): string[] {
  const code = qrCode(linesForCode(line), terminal)
  return 'lines' in code ? code.lines : [`${code.problem} Use the line above instead.`]
}
