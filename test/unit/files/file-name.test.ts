import { describe, expect, it } from 'vitest'
import { MAX_FILE_NAME_BYTES } from '../../../protocols/file/constants.ts'
import { checkFileName, fileNameProblem, foldedName, quoteName } from '../../../src/files/file-name.ts'

const GOOD = [
  'a',
  'notes.txt',
  '.hidden',
  '..two dots',
  '-rf',
  ' a space first',
  'Grüße an Łukasz',
  '写真.jpg',
  '👩‍👩‍👧.png',
  'שלום\u200f.txt',
  'console.log',
  'com10',
  'nullable',
  'communication',
  'auxiliary.con',
  'a'.repeat(MAX_FILE_NAME_BYTES),
  'é'.repeat(127),
]

const BAD: [name: string, words: string][] = [
  ['', 'is empty'],
  ['.', 'folder of the path'],
  ['..', 'folder of the path'],
  ['../up', 'slash'],
  ['/etc', 'slash'],
  ['a/b', 'slash'],
  ['a\\b', 'slash'],
  ['..\\up', 'slash'],
  ['C:', '< > :'],
  ['stream:hidden', '< > :'],
  ['a\0b', 'control'],
  ['a\nb', 'control'],
  ['a\u001b[2Jb', 'control'],
  ['a\u007f', 'control'],
  ['a\u009b', 'control'],
  ['a\u2028b', 'control'],
  ['photo\u202egpj.exe', 'direction'],
  ['a\u2066b', 'direction'],
  ['\ufeffa', 'not valid text'],
  ['a\ufffdb', 'not valid text'],
  ['a\ud800', 'not valid text'],
  ['what?', 'Windows'],
  ['a*', 'Windows'],
  ['a|b', 'Windows'],
  ['"a"', 'Windows'],
  ['<a>', 'Windows'],
  ['a.', 'Windows'],
  ['a ', 'Windows'],
  ['...', 'Windows'],
  ['con', 'device'],
  ['CON.txt', 'device'],
  ['Nul .tar.gz', 'device'],
  ['aux', 'device'],
  ['prn.x', 'device'],
  ['com1', 'device'],
  ['LPT9.txt', 'device'],
  ['com³', 'device'],
  ['CONOUT$', 'device'],
  ['a'.repeat(MAX_FILE_NAME_BYTES + 1), 'bytes'],
  ['é'.repeat(128), 'bytes'],
]

const TWINS = [
  ['Readme.md', 'README.md'],
  ['\u00e9t\u00e9', 'e\u0301te\u0301'],
  ['\u00c9', 'e\u0301'],
  ['straße', 'STRASSE'],
  ['STRAẞE', 'strasse'],
  ['ﬁle', 'FILE'],
  ['ὀδός', 'ὈΔΌΣ'],
  ['σσ', 'ςς'],
  ['300 \u212a', '300 k'],
  ['\u212b', '\u00e5'],
  ['ſ', 's'],
  ['\u0130', 'i\u0307'],
  ['\u1fb3', '\u0391\u0399'],
  ['ǆ', 'ǅ'],
  ['\u13a0', '\uab70'],
  ['𐐀', '𐐨'],
  // The order of marks that do not touch each other means nothing.
  ['q\u0307\u0323', 'Q\u0323\u0307'],
]

const DIFFERENT = [
  ['a', 'b'],
  ['e', 'é'],
  ['kir', 'kır'],
  ['KIR', 'kır'],
  ['ss', 's'],
  ['Ａ', 'A'],
  ['x²', 'x2'],
  ['o', 'ο'],
]

describe('two names', () => {
  it.each(TWINS)('are one for some systems: %j and %j', (a, b) => {
    expect(foldedName(a)).toBe(foldedName(b))
  })

  it.each(DIFFERENT)('are two everywhere: %j and %j', (a, b) => {
    expect(foldedName(a)).not.toBe(foldedName(b))
  })
})

describe('the name of a file', () => {
  it.each(GOOD)('may be %j', (name) => {
    expect(fileNameProblem(name)).toBeUndefined()
    expect(() => checkFileName(name)).not.toThrow()
  })

  it.each(BAD)('may not be %j', (name, words) => {
    expect(fileNameProblem(name)).toContain(words)
    expect(() => checkFileName(name)).toThrow(expect.objectContaining({ code: 'bad-name' }))
  })

  it.each([
    ['nothing that is seen', '\u200b', 'it has U+200B in it, an invisible character'],
    ['a blank Braille pattern', '\u2800', 'it has nothing in it that can be seen'],
    ['a filler', '\u3164', 'it has U+3164 in it'],
    ['a soft hyphen', 'sh\u00ady.txt', 'it has U+00AD in it'],
    ['a joiner of words', 'a\u2060b', 'it has U+2060 in it'],
    ['a mark of direction beside Latin letters', '\u200ereport.pdf', 'it has U+200E in it'],
    ['an invisible tag', 'a\u{e0041}', 'it has U+E0041 in it'],
  ])('is not shared by itself with %s, which the error shows', (_what, name, why) => {
    expect(fileNameProblem(name)).toBeUndefined()
    expect(() => checkFileName(name)).toThrow(why)
    expect(() => checkFileName(name)).toThrow(/^[^\p{Default_Ignorable_Code_Point}]+$/u)
  })

  it('in a folder is one that can be seen', () => {
    for (const name of ['a\u200bb', 'sh\u00ady.txt', '\u200ereport.pdf']) {
      expect(() => checkFileName(name, '/photos')).not.toThrow()
    }
    for (const name of ['\u200b', '\u2800', '\u00ad\u00ad']) {
      expect(() => checkFileName(name, '/photos')).toThrow(/ in \/photos cannot be used because it has /)
    }
  })

  it('is shown on one line, without control characters', () => {
    expect(quoteName('a\n\u001b[2J\u009b\u202e\u2028\ufeff\ud800"b')).toBe(
      String.raw`"a\n\u001b[2J\u009b\u202e\u2028\ufeff\ud800\"b"`,
    )
    expect(quoteName('x'.repeat(1000)).length).toBeLessThan(100)
  })
})
