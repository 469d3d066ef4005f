#!/usr/bin/env bash
# A small message over js-libp2p costs four writes to sockets: two of it, and two of an answer nobody asked for.
#
# Versions: libp2p 3.3.11, @libp2p/tcp 11.0.28, @libp2p/noise 17.0.3, @libp2p/yamux 8.0.3, Node 24.
# Expected: one write for each message, and from the reader nothing, or a window update once half of the
#           stream's window is used, as in the implementation that the Yamux specification comes from.
# Really:   Noise passes on the two bytes of its length and the ciphertext as two pieces, and TCP writes each
#           piece by itself. And the stream of the reader widens its window after each frame of data, whatever
#           is left of it, which is two writes again.
# Output:   20 messages of 100 bytes: 40 writes by the sender, 40 by the reader
# Why it matters: TCP_NODELAY is on, so these are four packets and four wake-ups, more than half of the time of a
#           short message between two processes. Joining the pieces of Noise before they are written halves them.
# Source:   @libp2p/noise, src/utils.ts (`encrypt` makes a list of two); @libp2p/yamux, src/stream.ts
#           (`sendWindowUpdate` after each frame); https://github.com/hashicorp/yamux/blob/v0.1.2/stream.go
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --save-exact node@24 libp2p@3.3.11 \
  @libp2p/tcp@11.0.28 @libp2p/noise@17.0.3 @libp2p/yamux@8.0.3

cat >finding.js <<'JS'
import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const PROTOCOL = '/finding/1.0.0'
const MESSAGES = 20
const MESSAGE = new Uint8Array(100)

const writes = new Map()
const write = Socket.prototype.write
Socket.prototype.write = function (...given) {
  writes.set(this.localPort, (writes.get(this.localPort) ?? 0) + 1)
  return write.apply(this, given)
}

const host = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
const [sender, reader] = await Promise.all([host(), host()])
const accepted = Promise.withResolvers()
let received = 0
await reader.handle(PROTOCOL, (stream) => {
  stream.addEventListener('message', () => received++)
  accepted.resolve()
})
const stream = await sender.dialProtocol(reader.getMultiaddrs(), PROTOCOL)
stream.send(MESSAGE)
await accepted.promise
await delay(500)

received = 0
writes.clear()
for (let sent = 0; sent < MESSAGES; sent++) {
  stream.send(MESSAGE)
  while (received <= sent) await delay(5)
  await delay(5)
}
const [port] = reader.getMultiaddrs().map((address) => Number(address.toString().split('/')[4]))
const bySender = [...writes].find(([local]) => local !== port)?.[1]
console.log(`${MESSAGES} messages of ${MESSAGE.length} bytes: ${bySender} writes by the sender, ${writes.get(port)} by the reader`)
await Promise.all([sender.stop(), reader.stop()])
JS

seen=$(node_modules/.bin/node finding.js)
echo "$seen"
test "$seen" = '20 messages of 100 bytes: 40 writes by the sender, 40 by the reader'
