import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import { createIdentity, loadIdentity, readIdentity, rewriteIdentity } from '../../../src/host/identity.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-identity-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a key is made once, and then read', async () => {
  expect(await loadIdentity(folder)).toBeUndefined()
  const first = await createIdentity(folder)
  expect(first.type).toBe('Ed25519')
  expect((await loadIdentity(folder))?.equals(first)).toBe(true)
  expect(await readdir(folder)).toEqual(['identity.key'])
})

test('processes that make a key at the same time get the same one', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => createIdentity(folder)))
  const kept = await loadIdentity(folder)
  expect(keys.map((key) => kept?.equals(key))).toEqual(keys.map(() => true))
  expect(await readdir(folder)).toEqual(['identity.key'])
})

test('only the owner may read the key', async () => {
  await createIdentity(folder)
  expect((await stat(join(folder, 'identity.key'))).mode & 0o777).toBe(0o600)
})

test('leftovers of a crash during the first start do no harm', async () => {
  await writeFile(join(folder, 'identity.key.0a1b2c3d.tmp'), 'half a k')
  expect(await loadIdentity(folder)).toBeUndefined()
  const key = await createIdentity(folder)
  expect((await loadIdentity(folder))?.equals(key)).toBe(true)
})

test.each([
  ['empty', () => new Uint8Array()],
  ['garbage', () => Buffer.from('this is no key at all')],
  ['a key of another kind', async () => privateKeyToProtobuf(await generateKeyPair('secp256k1'))],
])('a key file that is %s is refused and left as it is', async (_what, bytes) => {
  const path = join(folder, 'identity.key')
  await writeFile(path, await bytes())
  const sizeBytes = (await stat(path)).size
  await expect(loadIdentity(folder)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(`${path} is damaged: move it away and restore it`) as string,
  })
  expect((await stat(path)).size).toBe(sizeBytes)
})

test('a key file with a damaged bit is refused, in either half of the key', async () => {
  const path = join(folder, 'identity.key')
  await createIdentity(folder)
  const bytes = await readFile(path)
  for (const at of [10, 50]) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 1
    await writeFile(path, damaged)
    await expect(loadIdentity(folder), `byte ${at}`).rejects.toMatchObject({ code: 'corrupt' })
  }
  await writeFile(path, bytes)
  expect(await loadIdentity(folder)).toBeDefined()
})

test('a truncated key file is refused', async () => {
  await createIdentity(folder)
  await truncate(join(folder, 'identity.key'), 40)
  await expect(loadIdentity(folder)).rejects.toMatchObject({ code: 'corrupt' })
})

test('a protected key opens with its passphrase only, and says whose it is without', async () => {
  const key = await createIdentity(folder, 'correct horse')
  const path = join(folder, 'identity.key')
  expect((await readFile(path)).includes(Buffer.from(key.raw.subarray(0, 32)))).toBe(false)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await expect(loadIdentity(folder)).rejects.toMatchObject({ code: 'no-passphrase' })
  await expect(loadIdentity(folder, 'wrong horse')).rejects.toMatchObject({ code: 'wrong-passphrase' })
  expect((await loadIdentity(folder, 'correct horse'))?.equals(key)).toBe(true)
  expect(await readIdentity(folder)).toMatchObject({ peer: signerOfSeed(key.raw.subarray(0, 32)).author })
})

test('a passphrase for a key that has none is refused: who gives it believes that the key is protected', async () => {
  await createIdentity(folder)
  await expect(loadIdentity(folder, 'correct horse')).rejects.toMatchObject({
    code: 'wrong-passphrase',
    message: expect.stringContaining('is not protected') as string,
  })
})

test('a passphrase is set, changed and taken away, and the key stays', async () => {
  const key = await createIdentity(folder)
  for (const [before, after] of [
    [undefined, 'correct horse'],
    ['correct horse', 'battery staple'],
    ['battery staple', undefined],
  ] as const) {
    await rewriteIdentity(folder, (await loadIdentity(folder, before))!, after)
    expect((await loadIdentity(folder, after))?.equals(key)).toBe(true)
    expect(await readdir(folder)).toEqual(['identity.key'])
  }
})

test('a protected key that was damaged is refused as such', async () => {
  await createIdentity(folder, 'correct horse')
  const path = join(folder, 'identity.key')
  const text = await readFile(path, 'utf8')
  for (const damaged of [text.slice(0, 200), text.replace(/^2 {2}./m, '2  ?')]) {
    await writeFile(path, damaged)
    await expect(loadIdentity(folder, 'correct horse')).rejects.toMatchObject({ code: 'corrupt' })
  }
})
