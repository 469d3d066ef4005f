#!/usr/bin/env bash
# After the first `drain` of a js-libp2p stream, `onDrain()` never waits again.
#
# Versions: libp2p 3.3.11, @libp2p/utils 7.4.1, @libp2p/tcp 11.0.28, @libp2p/noise 17.0.3,
#           @libp2p/yamux 8.0.3, Node 20 or later (each end runs on Node 24 here).
# Expected: `send()` returns false once the stream is full, and `await stream.onDrain()` waits until it
#           takes more, every time.
# Really:   the promise behind `onDrain()` is made once for the life of the stream, and resolved by the
#           first `drain`. From then on `onDrain()` resolves at once, also while `writableNeedsDrain` is true.
# Output:   first onDrain: the stream takes more
#           second onDrain: resolved although the stream is full
# Why it matters: a loop of `if (!stream.send(chunk)) await stream.onDrain()` has back pressure in a short
#           test and none in a long transfer. The write buffer has no bound by default, so a slow reader
#           makes the sender hold everything. Wait for the `drain` event instead, or look at
#           `writableNeedsDrain` again after each wait.
# Source:   @libp2p/utils, src/abstract-message-stream.ts: `onDrainPromise` is set in `onDrain()` if it is
#           undefined, and nothing sets it back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --save-exact node@24 libp2p@3.3.11 @libp2p/utils@7.4.1 \
  @libp2p/tcp@11.0.28 @libp2p/noise@17.0.3 @libp2p/yamux@8.0.3

cat >finding.js <<'JS'
import { setTimeout as delay } from 'node:timers/promises'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const PROTOCOL = '/finding/1.0.0'
const CHUNK = new Uint8Array(256 * 1024)

const host = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
const fill = (stream) => {
  while (!stream.writableNeedsDrain) stream.send(CHUNK)
}

const [sender, reader] = await Promise.all([host(), host()])
const accepted = Promise.withResolvers()
await reader.handle(PROTOCOL, (stream) => {
  stream.addEventListener('message', () => {})
  accepted.resolve(stream)
})
const stream = await sender.dialProtocol(reader.getMultiaddrs(), PROTOCOL)
const remote = await accepted.promise

fill(stream)
await stream.onDrain()
console.log(`first onDrain: the stream ${stream.writableNeedsDrain ? 'is full' : 'takes more'}`)

remote.pause()
fill(stream)
const outcome = await Promise.race([
  stream.onDrain().then(() => (stream.writableNeedsDrain ? 'resolved although the stream is full' : 'takes more')),
  delay(1_000, 'waited'),
])
console.log(`second onDrain: ${outcome}`)
await Promise.all([sender.stop(), reader.stop()])
JS

seen=$(node_modules/.bin/node finding.js)
echo "$seen"
test "$seen" = "first onDrain: the stream takes more
second onDrain: resolved although the stream is full"
