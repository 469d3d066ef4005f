import { stripVTControlCharacters } from 'node:util'
import { encode } from 'uqr'
import { describe, expect, it } from 'vitest'
import { linesForCode, qrCode } from '../../../src/cli/qr.ts'
import { FakeTerminal } from './fake-terminal.ts'

const PEER = '12D3KooWG9YwrUqGoqzQQfK4s6vfYb5a9a7gVB3LocvQ3TEt1X7D'
const ROOM = 'kith:bafyreih4qqcpl6y4wlrhzrrzjcg2rhsgxtgl2oqkmvz6a4jpyxqkgqkq7a'
const SECRET = `invite=${'Ab3_'.repeat(12)}`
const addresses = [1, 2, 3].map((i) => `addr=/ip4/192.168.1.${i}/tcp/24567/p2p/${PEER}`)
const line = `${ROOM}?${[SECRET, ...addresses].join('&')}`

function terminalOf(columns: number, isTTY = true): FakeTerminal {
  const terminal = new FakeTerminal({}, isTTY)
  terminal.stdout.columns = columns
  return terminal
}

/** What a camera sees: whether each module is dark. */
function seen(lines: readonly string[]): boolean[][] {
  return lines.flatMap((text) => {
    const blocks = Array.from(stripVTControlCharacters(text))
    return [blocks.map((block) => '▀█'.includes(block)), blocks.map((block) => '▄█'.includes(block))]
  })
}

describe('a QR code', () => {
  it('has the modules of the code, black on white in colours that no theme changes', () => {
    const code = qrCode([line], terminalOf(200))
    if (!('lines' in code)) throw new Error(code.problem)
    const { data, size } = encode(line, { ecc: 'L', border: 2 })
    expect(seen(code.lines).slice(0, size)).toEqual(data)
    // The odd line below is paper.
    expect(seen(code.lines).slice(size).flat()).not.toContain(true)
    expect(code.lines.every((each) => each.startsWith('\u001b[38;5;16;48;5;231m') && each.endsWith('\u001b[0m'))).toBe(
      true,
    )
  })

  it('is of the first text that fits the terminal', () => {
    const texts = linesForCode(line)
    const widths = texts.map((text) => encode(text, { ecc: 'L', border: 2 }).size)
    expect(widths.every((width) => width <= 80)).toBe(true)
    for (const [index, width] of widths.entries()) {
      const code = qrCode(texts, terminalOf(width))
      expect('lines' in code && seen(code.lines)[0]?.length).toBe(widths[index])
    }
    const narrowest = Math.min(...widths)
    expect(qrCode(texts, terminalOf(narrowest - 1))).toEqual({
      problem: `The QR code needs ${narrowest} columns, and this terminal has ${narrowest - 1}: make it wider.`,
    })
  })

  it('is of a smaller text where the terminal is low, and says if that is not enough', () => {
    const texts = linesForCode(line)
    const [high = 0, low = 0] = texts.map((text) => Math.ceil(encode(text, { ecc: 'L', border: 2 }).size / 2))
    expect(low).toBeLessThan(high)
    const linesIn = (rows: number): readonly string[] => {
      const terminal = terminalOf(200)
      terminal.stdout.rows = rows
      const code = qrCode(texts, terminal)
      return 'lines' in code ? code.lines : []
    }
    expect(linesIn(high + 1)).toHaveLength(high)
    expect(linesIn(high)).toHaveLength(low)
    expect(linesIn(low + 1)).toHaveLength(low)
    expect(linesIn(low)).toHaveLength(high + 1)
    expect(linesIn(low).at(-1)).toBe(
      `The QR code needs ${high + 1} lines, and this terminal has ${low}: make it higher.`,
    )
  })

  it('is for terminals only', () => {
    const problem = 'A QR code is shown in a terminal only.'
    expect(qrCode([line], terminalOf(200, false))).toEqual({ problem })
    const dumb = terminalOf(200)
    dumb.env['TERM'] = 'dumb'
    expect(qrCode([line], dumb)).toEqual({ problem })
  })
})

describe('an invite line in a code', () => {
  it('has two addresses or one, the likeliest, and always the secret', () => {
    expect(linesForCode(line)).toEqual([
      `${ROOM}?${SECRET}&${addresses.slice(0, 2).join('&')}`,
      `${ROOM}?${SECRET}&${addresses[0]}`,
    ])
    expect(linesForCode(`${ROOM}?${SECRET}`)).toEqual([`${ROOM}?${SECRET}`])
    expect(linesForCode(ROOM)).toEqual([ROOM])
  })
})
