import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeApiFile } from '../../../src/api/api-file.ts'
import { openDataFolder } from '../../../src/node/data-folder.ts'
import { createNode } from '../../../src/node.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

const PASSPHRASE = 'correct horse battery'

let folder: string
let dataDir: string
let secret: string
let backup: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kith-cli-key-'))
  dataDir = join(folder, 'node')
  secret = join(folder, 'secret')
  backup = join(folder, 'backup.txt')
  writeFileSync(secret, `${PASSPHRASE}\n`)
  const { store } = await openDataFolder(dataDir)
  store.close()
})
afterEach(() => rmSync(folder, { recursive: true }))

const key = (...argv: string[]) => kith(['key', ...argv, '--data', dataDir])

/** Runs a command in a terminal where somebody answers each question that ends like this. */
async function answering(answers: readonly [question: string, answer: string][], ...argv: string[]) {
  const terminal = new FakeTerminal({}, true)
  const ended = kith([...argv, '--data', dataDir], terminal, (options) => createNode(options))
  let asked = 0
  for (const [question, answer] of answers) {
    await vi.waitFor(() => expect(terminal.err.slice(asked)).toContain(question), { timeout: 10_000, interval: 5 })
    asked = terminal.err.length
    terminal.stdin.write(`${answer}\r`)
  }
  const { out, ...end } = await ended
  return { ...end, out, shown: terminal.err + out }
}

describe('kith key', () => {
  it('shows whose key it is, and that it is protected', async () => {
    const { out } = await key('show')
    expect(out).toMatch(/Peer id +12D3KooW\w+\n +Words +([a-z]+ ?){6}\n +Digits +(\d{5} ?){6}\n/)
    expect(out).toContain(`no: kith key protect --data ${dataDir}`)
    await key('protect', '--passphrase-file', secret)
    expect(JSON.parse((await key('show', '--json')).out)).toMatchObject({ isProtected: true })
  })

  it('makes a backup and restores it', async () => {
    const made = await key('backup', backup, '--passphrase-file', secret)
    expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining('Nothing else of the node is') as string })
    expect(readFileSync(backup, 'utf8')).toMatch(/^Kith identity, encrypted under a passphrase \(version 1\)\n12D3KooW/)
    const refused = await key('restore', backup, '--passphrase-file', secret)
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('is not overwritten') as string })
    const other = join(folder, 'other')
    const back = await kith(['key', 'restore', backup, '--passphrase-file', secret, '--data', other])
    expect(back).toMatchObject({ exitCode: 0, out: expect.stringContaining(`kith start --data ${other}`) as string })
    writeFileSync(backup, readFileSync(backup, 'utf8').replace(/^3 {2}\S\S/m, '3  77'))
    rmSync(other, { recursive: true })
    const mistyped = await kith(['key', 'restore', backup, '--passphrase-file', secret, '--data', other])
    expect(mistyped).toMatchObject({ exitCode: 2, err: expect.stringContaining('line 3 of 4 was mistyped') as string })
  })

  it('is not restored while the node runs', async () => {
    writeApiFile(dataDir, { url: 'http://127.0.0.1:1', token: 'x'.repeat(43), pid: process.pid, startedAtMs: 0 })
    expect(await key('restore', backup, '--passphrase-file', secret)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Stop it first') as string,
    })
  })

  it('is asked for on a terminal, twice if it is new, and never shown', async () => {
    const { exitCode, shown } = await answering(
      [
        ['New passphrase: ', PASSPHRASE],
        ['The same again: ', PASSPHRASE],
      ],
      ...['key', 'protect'],
    )
    expect({ exitCode, shown }).toEqual({ exitCode: 0, shown: expect.any(String) as string })
    expect(shown).toContain('A passphrase that is forgotten cannot be found again by anybody')
    expect(shown).not.toContain(PASSPHRASE)
    const before = readFileSync(join(dataDir, 'identity.key'))
    const different = await answering(
      [
        ['Passphrase of the key: ', PASSPHRASE],
        ['New passphrase: ', 'battery staple'],
        ['The same again: ', 'battery stable'],
      ],
      ...['key', 'protect'],
    )
    expect(different).toMatchObject({ exitCode: 1, err: expect.stringContaining('two different') as string })
    expect(readFileSync(join(dataDir, 'identity.key'))).toEqual(before)
  })

  it('is refused before it is typed again if nobody should choose it', async () => {
    const short = await answering([['New passphrase: ', 'short']], ...['key', 'protect'])
    expect(short).toMatchObject({ exitCode: 2, err: expect.stringContaining('8 characters or more') as string })
    const tooShort = await answering([['New passphrase: ', 'short']], ...['key', 'backup', backup])
    expect(tooShort.exitCode).toBe(2)
    expect(tooShort.shown).not.toContain('The same again')
  })

  it('is changed without a terminal by the present passphrase in the environment', async () => {
    await key('protect', '--passphrase-file', secret)
    const next = join(folder, 'next')
    writeFileSync(next, 'battery staple')
    expect(await key('protect', '--passphrase-file', next)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('no terminal to ask for it: set KITH_PASSPHRASE.\n') as string,
    })
    expect(await key('unprotect')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('give --passphrase-file FILE, or set KITH_PASSPHRASE.\n') as string,
    })
    const terminal = new FakeTerminal({ KITH_PASSPHRASE: PASSPHRASE })
    const argv = ['key', 'protect', '--passphrase-file', next, '--data', dataDir]
    expect(await kith(argv, terminal)).toMatchObject({ exitCode: 0 })
    expect(await key('unprotect', '--passphrase-file', next)).toMatchObject({ exitCode: 0 })
    expect(await key('unprotect')).toMatchObject({
      exitCode: 1,
      err: 'kith: The key of this node has no passphrase.\n',
    })
  })

  it('seals what is said in all rooms, while the node is stopped, and only where it is protected itself', async () => {
    const open = await key('seal', '--passphrase-file', secret)
    expect(open).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining(`Protect it first: kith key protect --data ${dataDir}`) as string,
    })
    await key('protect', '--passphrase-file', secret)
    expect((await key('show')).out).toMatch(/Sealed +what private rooms have; .* lie open on this disk: kith key seal/)
    expect(await key('seal', '--passphrase-file', secret)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('sealed on this disk, and so will be what comes') as string,
    })
    expect((await key('show')).out).toMatch(/Sealed +messages and files of all rooms\n/)
    writeApiFile(dataDir, { url: 'http://127.0.0.1:1', token: 'x'.repeat(43), pid: process.pid, startedAtMs: 0 })
    for (const command of ['seal', 'unseal']) {
      const running = await key(command, '--passphrase-file', secret)
      expect(running).toMatchObject({ exitCode: 1, err: expect.stringContaining('Stop it first') as string })
    }
    rmSync(join(dataDir, 'api.json'))
    expect(await key('unseal', '--passphrase-file', secret)).toMatchObject({ exitCode: 0 })
    expect(JSON.parse((await key('show', '--json')).out)).toMatchObject({ sealed: 'private-rooms' })
  })

  it('is asked for again after Ctrl-Z', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    const terminal = new FakeTerminal({}, true)
    const ended = kith(['key', 'protect', '--data', dataDir], terminal)
    await vi.waitFor(() => expect(terminal.err).toContain('New passphrase: '), { timeout: 10_000, interval: 5 })
    terminal.stdin.write('\u001a')
    await vi.waitFor(() => expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTSTP'))
    kill.mockRestore()
    process.emit('SIGCONT', 'SIGCONT')
    await vi.waitFor(() => expect(terminal.err.match(/New passphrase: /g)).toHaveLength(2))
    terminal.stdin.write(`${PASSPHRASE}\r`)
    await vi.waitFor(() => expect(terminal.err).toContain('The same again: '))
    terminal.stdin.write(`${PASSPHRASE}\r`)
    expect(await ended).toMatchObject({ exitCode: 0 })
  })

  it('is not asked for where a backup cannot be written', async () => {
    writeFileSync(backup, 'mine')
    for (const [path, why] of [
      [backup, 'exists already'],
      [join(folder, 'none', 'backup.txt'), 'no such file or directory'],
    ] as const) {
      const terminal = new FakeTerminal({}, true)
      const { exitCode, err } = await kith(['key', 'backup', path, '--data', dataDir], terminal)
      expect({ exitCode, err }).toEqual({
        exitCode: expect.any(Number) as number,
        err: expect.stringContaining(why) as string,
      })
      expect(err).not.toContain('passphrase')
    }
    expect(readFileSync(backup, 'utf8')).toBe('mine')
  })

  it('says what a file with a passphrase must be', async () => {
    writeFileSync(secret, 'one\ntwo\n')
    expect(await key('protect', '--passphrase-file', secret)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('on one line, and nothing else') as string,
    })
    const none = join(folder, 'none')
    expect(await key('protect', '--passphrase-file', none)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(`The passphrase cannot be read from ${none}: no such file or directory\n`) as string,
    })
    writeFileSync(secret, 'x'.repeat(5_000))
    expect(await key('protect', '--passphrase-file', secret)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('more than 4096 bytes') as string,
    })
    writeFileSync(secret, Buffer.from('ff00ff00ff00ff00ff', 'hex'))
    expect(await key('protect', '--passphrase-file', secret)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('it is not text in UTF-8') as string,
    })
    expect(await key('backup', backup)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('There is no terminal to ask for a passphrase') as string,
    })
  })
})

describe('a command on a stopped node whose key is protected', () => {
  const gc = (env: Record<string, string>) =>
    kith(['gc', '--data', dataDir], new FakeTerminal(env), (options) => createNode(options))

  beforeEach(async () => {
    await key('protect', '--passphrase-file', secret)
  })

  it('says what it needs where nobody can be asked', async () => {
    const { exitCode, err } = await gc({})
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'kith: The key of this node is protected by a passphrase, and there is no terminal to ask for it: set KITH_PASSPHRASE, or start the node with --passphrase-file FILE.\n',
    })
    expect(await gc({ KITH_PASSPHRASE: 'wrong' })).toMatchObject({
      exitCode: 1,
      err: 'kith: that is not the passphrase of the key\n',
    })
  })

  it('works with the passphrase in the environment, or typed', async () => {
    expect(await gc({ KITH_PASSPHRASE: PASSPHRASE })).toMatchObject({ exitCode: 0, err: '' })
    const typed = await answering(
      [
        ['Passphrase of the key: ', 'mistyped'],
        ['Try again.\nPassphrase of the key: ', PASSPHRASE],
      ],
      'gc',
    )
    expect(typed).toMatchObject({ exitCode: 0, out: 'There is nothing to remove.\n' })
  })

  it('ends after three wrong ones, and if the terminal does', async () => {
    const wrong = await answering(
      [1, 2, 3].map((): [string, string] => ['Passphrase of the key: ', 'wrong']),
      'gc',
    )
    expect(wrong).toMatchObject({ exitCode: 1, err: expect.stringContaining('that is not the passphrase') as string })
    const ended = await answering([['Passphrase of the key: ', '\u0003']], 'gc')
    expect(ended).toMatchObject({ exitCode: 1, err: expect.stringContaining('Nothing was changed.') as string })
  })
})
