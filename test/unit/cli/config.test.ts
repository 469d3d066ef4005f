import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig, readConfig } from '../../../src/cli/config.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'kith-config-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

test('a complete config is returned unchanged', () => {
  const config = { listen: ['/ip4/0.0.0.0/tcp/4001'], api: 0, name: 'Alice', mdns: false, peers: [], apps: [] }
  expect(parseConfig(JSON.stringify(config), 'kith.json')).toEqual(config)
})

test.each([
  ['{', 'The config file kith.json is not JSON'],
  ['[]', 'must contain a single JSON object'],
  ['null', 'must contain a single JSON object'],
  ['{"nmae": "x"}', 'unknown key "nmae". Known keys: listen, api, name, mdns, peers, apps'],
  ['{"__proto__": 1}', 'unknown key "__proto__"'],
  ['{"toString": 1}', 'unknown key "toString"'],
  ['{"listen": "/ip4/0.0.0.0/tcp/1"}', '"listen" must be a list of strings'],
  ['{"peers": [1]}', '"peers" must be a list of strings'],
  ['{"api": "80"}', '"api" must be a port number'],
  ['{"api": 65536}', '"api" must be a port number'],
  ['{"api": 1.5}', '"api" must be a port number'],
  ['{"name": null}', '"name" must be a string'],
  ['{"mdns": "no"}', '"mdns" must be true or false'],
])('%s is refused', (content, message) => {
  expect(() => parseConfig(content, 'kith.json')).toThrow(message)
})

test('config.json in the data folder is the default, and a named file replaces it', () => {
  expect(readConfig(dataDir)).toEqual({})
  writeFileSync(join(dataDir, 'config.json'), '{"name":"Folder"}')
  writeFileSync(join(dataDir, 'other.json'), '{"name":"Other"}')
  expect(readConfig(dataDir)).toEqual({ name: 'Folder' })
  expect(readConfig(dataDir, join(dataDir, 'other.json'))).toEqual({ name: 'Other' })
  expect(() => readConfig(dataDir, dataDir)).toThrow('Cannot read the config file')
  writeFileSync(join(dataDir, 'other.json'), '{"name":"Ren\u00e9"}', 'latin1')
  expect(() => readConfig(dataDir, join(dataDir, 'other.json'))).toThrow('has bytes that are not UTF-8')
})
