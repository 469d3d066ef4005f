/** Connections that are counted by where they come from. */
import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import { expect, test } from 'vitest'
import { ApiConnections } from '../../../src/api/connections.ts'

class FakeSocket extends EventEmitter {
  readonly remoteAddress: string
  isDestroyed = false

  constructor(address: string) {
    super()
    this.remoteAddress = address
  }

  destroy(): void {
    this.isDestroyed = true
    this.emit('close')
  }
}

test('a network of IPv6 has as many connections as one address', () => {
  const server = new EventEmitter()
  new ApiConnections(server as Server, { perAddress: 2 })
  const connect = (address: string): FakeSocket => {
    const socket = new FakeSocket(address)
    server.emit('connection', socket)
    return socket
  }
  const first = connect('2001:db8:1:2::1')
  connect('2001:db8:1:2::2')
  expect(connect('2001:db8:1:2:3::4').isDestroyed).toBe(true)
  expect(connect('2001:db8:1:3::4').isDestroyed).toBe(false)
  expect(connect('192.0.2.1').isDestroyed).toBe(false)
  first.destroy()
  expect(connect('2001:db8:1:2:3::4').isDestroyed).toBe(false)
})
