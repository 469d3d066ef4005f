import { expect, test } from 'vitest'
import { BoundedCache } from '../../../../protocols/wire/bounded-cache.ts'

test('reads once, keeps nothing that is not there, and never holds more than its size', () => {
  const cache = new BoundedCache<string, number>(2)
  let reads = 0
  const read = () => ++reads
  expect([cache.getOrRead('a', read), cache.getOrRead('a', read)]).toEqual([1, 1])
  expect(cache.getOrRead('none', () => undefined)).toBeUndefined()
  expect(cache.getOrRead('none', read)).toBe(2)
  cache.set('a', 5)
  expect(cache.get('none')).toBe(2)
  cache.set('third', 6)
  expect([cache.get('a'), cache.get('none'), cache.get('third')]).toEqual([undefined, undefined, 6])
  cache.clear()
  expect(cache.get('third')).toBeUndefined()
})
