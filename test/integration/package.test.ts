/** What a user gets: the package packed, installed where nothing else is, and used as the README says. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const PROJECT = join(import.meta.dirname, '../..')
const README = readFileSync(join(PROJECT, 'README.md'), 'utf8')
/** npm takes a few seconds; it must not hang for long where there is no network and no cache. */
const NPM_TIMEOUT_MS = 50_000

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'kith-package-'))
const prefix = join(folder, 'prefix')
const kith = join(prefix, 'bin/kith')
/** A project that uses the library. */
const app = join(folder, 'app')
const env = {
  ...process.env,
  KITH_HOME: join(folder, 'home'),
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
}

beforeAll(async () => {
  const timeout = NPM_TIMEOUT_MS
  // The scripts would build again what `npm test` has built, while other tests run it.
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]
  const { stdout } = await run('npm', packing, { cwd: PROJECT, timeout })
  const tarball = join(folder, stdout.trim())
  const options = ['--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error']
  await run('npm', ['install', '--global', ...options, tarball], { cwd: folder, timeout })
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
  // One installation serves both: what is in it does not depend on where it lies.
  symlinkSync(join(prefix, 'lib/node_modules'), join(app, 'node_modules'))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The TypeScript of a section of the README, block by block. */
function blocksOf(section: string): string[] {
  const [, text = ''] = README.split(`\n## ${section}\n`)
  const [body = ''] = text.split('\n## ')
  return [...body.matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => block)
}

/** Checks the types of a file of the project as strictly as a user might, and runs it. */
async function compileAndRun(name: string): Promise<string> {
  const types = ['--types', 'node', '--typeRoots', join(PROJECT, 'node_modules/@types')]
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', ...types]
  const tsc = join(PROJECT, 'node_modules/.bin/tsc')
  await run(tsc, ['--ignoreConfig', '--allowImportingTsExtensions', ...options, name], { cwd: app })
  return (await run(process.execPath, [name], { cwd: app })).stdout
}

test('the example of the README compiles and runs', async () => {
  const [example = ''] = blocksOf('As a library')
  writeFileSync(join(app, 'example.ts'), example)
  const stdout = await compileAndRun('example.ts')
  expect(stdout).toContain('Anna: the soup is ready')
  expect(stdout).toMatch(/bafyrei[a-z2-7]{52} [0-9a-f]{64}/)
})

test('the app of the README compiles and runs, and so does its test', async () => {
  const [shopping = '', itsTest = ''] = blocksOf('Apps of your own')
  writeFileSync(join(app, 'shopping.ts'), shopping)
  writeFileSync(join(app, 'shopping.test.ts'), itsTest)
  expect(await compileAndRun('shopping.ts')).toBe("[ 'oat milk' ]\n")
  // A user installs it, as the README says.
  symlinkSync(join(PROJECT, 'node_modules/fast-check'), join(app, 'node_modules/fast-check'))
  expect(await compileAndRun('shopping.test.ts')).toMatch(/pass 1\n/)
})

test('every protocol can be imported, and its spec and vectors read', async () => {
  // Wherever there is a spec, there is something to import.
  const protocols = globSync('protocols/*/**/README.md', { cwd: PROJECT }).map((path) =>
    relative('protocols', dirname(path)),
  )
  expect(protocols).toEqual(expect.arrayContaining(['wire', 'room', 'apps', 'apps/chat']))
  const lines = protocols.map((name) => `await import('@kith-p2p/kith/protocols/${name}')`)
  lines.push(`await import('@kith-p2p/kith/protocols/wire/vectors/ids.json', { with: { type: 'json' } })`)
  await run(process.execPath, ['--input-type=module', '--eval', lines.join('\n')], { cwd: app })
  for (const name of protocols) {
    const spec = join(app, 'node_modules/@kith-p2p/kith/protocols', name, 'README.md')
    expect(readFileSync(spec, 'utf8')).toBe(readFileSync(join(PROJECT, 'protocols', name, 'README.md'), 'utf8'))
  }
})

test('the command runs a node from any folder', async () => {
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string }
  expect((await run(kith, ['--version'], { cwd: folder, env })).stdout).toBe(`${version}\n`)

  const options = ['--json', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
  const node = spawn(kith, ['start', ...options], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(node, 'close')
  try {
    const [started] = (await once(createInterface(node.stdout), 'line')) as [string]
    const { peer } = JSON.parse(started) as { peer: string }
    expect((await run(kith, ['id'], { cwd: app, env })).stdout).toBe(`${peer}\n`)
  } finally {
    node.kill()
  }
  expect(await closed).toEqual([0, null])
})

test('an old Node gets a one-line message that names the required version', async () => {
  // Without double quotes and spaces, which NODE_OPTIONS gives a meaning of its own.
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.11.0'}})`
  const old = { ...env, NODE_OPTIONS: `--import ${pretend}` }
  await expect(run(kith, ['id'], { cwd: folder, env: old })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'kith: Node 24 or newer is needed, this is 20.11.0: install one from https://nodejs.org.\n',
  })
})
