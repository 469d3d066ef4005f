import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_DIAL_RECORDS } from '../../../src/host/constants.ts'
import { DialLog } from '../../../src/host/dial-log.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/1'
const PEER = 'peer' as PeerId

test('failures of an address add up until it answers', () => {
  const log = new DialLog()
  expect(log.get(ADDRESS, PEER)).toBeUndefined()
  log.add(ADDRESS, PEER, 'nothing listens there', 1)
  log.add(ADDRESS, PEER, 'no answer within 2 s', 2)
  expect(log.get(ADDRESS, PEER)).toEqual({ failures: 2, error: 'no answer within 2 s', triedMs: 2 })
  log.add(ADDRESS, PEER, null, 3)
  expect(log.get(ADDRESS, PEER)).toEqual({ failures: 0, error: null, triedMs: 3 })
})

test('another peer answering at an address is not a failure of that peer', () => {
  const log = new DialLog()
  log.add(ADDRESS, PEER, 'another peer answers there', 1)
  expect(log.get(ADDRESS, undefined)).toBeUndefined()
})

test('beyond the limit the address dialled longest ago is forgotten', () => {
  const log = new DialLog()
  for (let i = 0; i < MAX_DIAL_RECORDS; i++) log.add(`/ip4/10.0.0.1/tcp/${i}`, PEER, 'failed', i)
  log.add('/ip4/10.0.0.1/tcp/0', PEER, 'failed', 0)
  log.add('/ip4/10.0.0.2/tcp/1', PEER, 'failed', 0)
  expect(log.get('/ip4/10.0.0.1/tcp/0', PEER)).toMatchObject({ failures: 2 })
  expect(log.get('/ip4/10.0.0.1/tcp/1', PEER)).toBeUndefined()
  expect(log.get('/ip4/10.0.0.1/tcp/2', PEER)).toBeDefined()
})
