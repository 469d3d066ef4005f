import { describe, expect, it } from 'vitest'
import {
  checkNewPassphrase,
  formatSealed,
  isSealed,
  MAX_BLOCK_SIZE,
  MAX_COST_EXPONENT,
  MAX_PARALLELISM,
  MAX_PASSPHRASE_BYTES,
  MAX_SEALED_BYTES,
  MIN_PASSPHRASE_CHARACTERS,
  openKey,
  parseSealed,
  sealKey,
} from '../../../src/host/sealed-key.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'

const seed = Buffer.alloc(32, 7)
const PASSPHRASE = 'correct horse battery'

const sealed = await sealKey(seed, PASSPHRASE)
const text = formatSealed(sealed)
const lines = text.trimEnd().split('\n')

const codeOf = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

describe('an encrypted key', () => {
  it('opens with its passphrase only', async () => {
    expect(await openKey(parseSealed(text), PASSPHRASE)).toEqual(seed)
    for (const wrong of ['correct horse batterY', '', `${PASSPHRASE} `]) {
      await expect(openKey(sealed, wrong), wrong).rejects.toMatchObject({ code: 'wrong-passphrase' })
    }
  })

  it('does not contain the key, and is another text each time', async () => {
    expect(Buffer.from(sealed.payload).includes(seed)).toBe(false)
    expect(formatSealed(await sealKey(seed, PASSPHRASE)).split('\n')[3]).not.toBe(lines[3])
  })

  it('written by this version opens for ever', async () => {
    const old = `Kith identity, encrypted under a passphrase (version 1)
12D3KooWG9YwrUqGoqzQQfK4s6vfYb5a9a7gVB3LocvQ3TEt1X7D
1  ceea cadh 6nsf 6s7q ii7k 2mvh 6mz6 a346  tnpk
2  4g27 3arv psif rqal wkh2 benx es2i eslv  g6ih
3  eech oaxe 75wl 2fpp kmke lp5b h27e u5cl  6cfp
4  mh63 a7cg h4zm nhil nrtc 3yi5 lbj6 fzrj  wl2e
`
    const found = signerOfSeed(await openKey(parseSealed(old), PASSPHRASE)).author
    expect(found).toBe('12D3KooWG9YwrUqGoqzQQfK4s6vfYb5a9a7gVB3LocvQ3TEt1X7D')
  })

  it('is recognised, and short', () => {
    expect(isSealed(Buffer.from(text))).toBe(true)
    expect(isSealed(Buffer.from('08011240', 'hex'))).toBe(false)
    expect(text.length).toBeLessThan(MAX_SEALED_BYTES / 8)
    expect(lines.every((line) => line.length <= 60)).toBe(true)
  })

  it('is read as people type it: in capitals, without groups, with other blanks and lines around it', () => {
    const [title = '', peer = '', ...rest] = lines
    const typed = rest.map((line) => line.toUpperCase().replaceAll(' ', '').replace(/^\d/, '$& '))
    expect(parseSealed(['For the safe', '', title.toUpperCase(), peer, '', ...typed].join('\r\n'))).toEqual(sealed)
    expect(parseSealed(text.replaceAll(' ', '\t  '))).toEqual(sealed)
  })

  it.each([
    ['quoted', lines.map((line) => `> ${line}`).join('\n')],
    ['quoted twice', lines.map((line) => `>> ${line}`).join('\r\n')],
    ['quoted twice with blanks', ['> On Monday Bob wrote:', ...lines.map((line) => ` > > ${line}`)].join('\n')],
    ['with the line ends of an old Mac', lines.join('\r')],
  ])('is read as mails have it: %s', (_how, mailed) => {
    expect(parseSealed(mailed)).toEqual(sealed)
  })

  it.each([1, 2, 3, 4])('whose line %s was mistyped in one letter is refused, with the line', (number) => {
    const line = lines[number + 1]!
    for (let at = 3; at < line.length; at++) {
      if (line[at] === ' ') continue
      const mistyped = line.slice(0, at) + (line[at] === 'q' ? 'z' : 'q') + line.slice(at + 1)
      expect(codeOf(() => parseSealed(text.replace(line, mistyped)))).toMatchObject({
        code: 'bad-backup',
        message: expect.stringContaining(`line ${number} of 4 was mistyped`) as string,
      })
    }
  })

  it.each([
    ['nothing', '', 'is missing'],
    ['another text', 'Dear Alice,\nthis is no key.', 'is missing'],
    ['a newer version', text.replace('version 1', 'version 2'), 'of version 2'],
    ['no peer id', [lines[0], ...lines.slice(2)].join('\n'), 'peer id'],
    ['a line missing', lines.filter((_, index) => index !== 3).join('\n'), 'line 2 of 4 is not whole'],
    ['a line cut short', text.slice(0, -4), 'line 4 of 4 is not whole'],
    [
      'two lines changed round',
      [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)].join('\n'),
      'line 1 of 4',
    ],
    ['a letter that is none', text.replace(/^1 {2}\S/m, '1  0'), "line 1 of 4 has '0'"],
  ])('with %s is refused', (_what, bad, message) => {
    expect(codeOf(() => parseSealed(bad))).toMatchObject({
      code: 'bad-backup',
      message: expect.stringContaining(message) as string,
    })
  })

  it('of another peer than it says is refused', async () => {
    const other = signerOfSeed(Buffer.alloc(32, 8)).author
    await expect(openKey({ ...sealed, peer: other }, PASSPHRASE)).rejects.toMatchObject({ code: 'bad-backup' })
  })

  it.each([
    ['cost', 0, MAX_COST_EXPONENT],
    ['block size', 1, MAX_BLOCK_SIZE],
    ['parallelism', 2, MAX_PARALLELISM],
  ])('that asks for a larger %s than any is refused before that is spent', (_what, at, max) => {
    const asking = (value: number) => {
      const payload = Uint8Array.from(sealed.payload)
      payload[at] = value
      return () => parseSealed(formatSealed({ ...sealed, payload }))
    }
    expect(codeOf(asking(max))).toMatchObject({ peer: sealed.peer })
    for (const value of [0, max + 1, 255]) {
      expect(codeOf(asking(value))).toMatchObject({
        code: 'bad-backup',
        message: expect.stringContaining('more work') as string,
      })
    }
  })
})

describe('a passphrase', () => {
  it('is the same however its characters are composed', async () => {
    const composed = await sealKey(seed, 'Gr\u00fc\u00dfe an alle')
    expect(await openKey(composed, 'Gru\u0308\u00dfe an alle')).toEqual(seed)
  })

  it('has limits when it is chosen', () => {
    const shortest = 'é'.repeat(MIN_PASSPHRASE_CHARACTERS)
    expect(codeOf(() => checkNewPassphrase(shortest))).toBeUndefined()
    expect(codeOf(() => checkNewPassphrase(shortest.slice(1)))).toMatchObject({ code: 'bad-value' })
    expect(codeOf(() => checkNewPassphrase('a'.repeat(MAX_PASSPHRASE_BYTES)))).toBeUndefined()
    expect(codeOf(() => checkNewPassphrase('a'.repeat(MAX_PASSPHRASE_BYTES + 1)))).toMatchObject({ code: 'bad-value' })
  })
})
