import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadOrCreateIdentity } from '../../../src/host/identity.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-identity-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the first start creates a key, later ones read it', async () => {
  const dataDir = join(folder, 'deeper', 'data')
  const first = await loadOrCreateIdentity(dataDir)
  const second = await loadOrCreateIdentity(dataDir)
  expect(first.type).toBe('Ed25519')
  expect(second.equals(first)).toBe(true)
  expect(await readdir(dataDir)).toEqual(['identity.key'])
})

test('only the owner may read the key', async () => {
  await loadOrCreateIdentity(folder)
  expect((await stat(join(folder, 'identity.key'))).mode & 0o777).toBe(0o600)
})

test('leftovers of a crash during the first start do no harm', async () => {
  await writeFile(join(folder, 'identity.key.tmp'), 'half a k')
  const key = await loadOrCreateIdentity(folder)
  expect((await loadOrCreateIdentity(folder)).equals(key)).toBe(true)
})

test.each([
  ['empty', () => new Uint8Array()],
  ['garbage', () => Buffer.from('this is no key at all')],
  ['a key of another kind', async () => privateKeyToProtobuf(await generateKeyPair('secp256k1'))],
])('a key file that is %s is refused and left as it is', async (_what, bytes) => {
  const path = join(folder, 'identity.key')
  await writeFile(path, await bytes())
  const sizeBytes = (await stat(path)).size
  await expect(loadOrCreateIdentity(folder)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(`${path} is damaged: restore it`) as string,
  })
  expect((await stat(path)).size).toBe(sizeBytes)
})

test('a truncated key file is refused', async () => {
  await loadOrCreateIdentity(folder)
  await truncate(join(folder, 'identity.key'), 40)
  await expect(loadOrCreateIdentity(folder)).rejects.toMatchObject({ code: 'corrupt' })
})
