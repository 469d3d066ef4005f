#!/usr/bin/env bash
# A value that every peer refuses counts as put: `contentRouting.put()` of js-libp2p's kad-dht resolves.
#
# Versions: libp2p 3.3.11, @libp2p/kad-dht 16.4.5, @libp2p/tcp 11.0.28, @libp2p/noise 17.0.3,
#           @libp2p/yamux 8.0.3, @libp2p/identify 4.1.14, @libp2p/ping 3.1.13, Node 24.
# Expected: `put()` rejects where nobody but the node itself has stored the value, or says how many have.
# Really:   it resolves as soon as the lookup is over. A peer without a validator for the namespace of the key
#           refuses by resetting the stream; that is an event `QUERY_ERROR` of `services.dht.put()`, and
#           `contentRouting.put()` reads past it. It resolves with nobody connected, too. The value is in the
#           node's own datastore, so its own later look at it proves nothing.
# Output:   alone: resolved
#           with a peer that refuses: resolved
#           events of the peer's answer: QUERY_ERROR
#           get on that peer: not found
# Why it matters: an acknowledgement that means "somebody else has it" has to be counted from the events: a
#           `PEER_RESPONSE` to a `PUT_VALUE` for each copy. Otherwise one peer with another version or
#           configuration, or being alone, looks like success, and the value goes with the node.
# Source:   @libp2p/kad-dht, src/content-fetching/index.ts: `put()` gives errors as events and ends;
#           src/kad-dht.ts: the routing's `put()` drains them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --save-exact node@24 libp2p@3.3.11 @libp2p/kad-dht@16.4.5 \
  @libp2p/tcp@11.0.28 @libp2p/noise@17.0.3 @libp2p/yamux@8.0.3 @libp2p/identify@4.1.14 @libp2p/ping@3.1.13

cat >finding.js <<'JS'
import { once } from 'node:events'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const host = (validators) =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: '/finding/kad/1.0.0',
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true,
        validators,
      }),
    },
  })
const bytes = (text) => new TextEncoder().encode(text)
const options = () => ({ signal: AbortSignal.timeout(20_000) })
const outcome = (promise) => promise.then(() => 'resolved', (error) => `rejected: ${error.message}`)

const [putting, refusing] = await Promise.all([host({ notes: async () => {} }), host({})])
const [key, value] = [bytes('/notes/1'), bytes('hello')]

console.log(`alone: ${await outcome(putting.contentRouting.put(key, value, options()))}`)

const known = [putting, refusing].map((node) => once(node.services.dht.routingTable, 'peer:add'))
await putting.dial(refusing.getMultiaddrs())
await Promise.all(known)
console.log(`with a peer that refuses: ${await outcome(putting.contentRouting.put(key, value, options()))}`)

const answers = []
let asked = false
for await (const event of putting.services.dht.put(key, value, options())) {
  if (asked) answers.push(event.name)
  asked ||= event.name === 'SEND_QUERY' && event.messageName === 'PUT_VALUE'
}
console.log(`events of the peer's answer: ${answers.join(' ')}`)

await putting.stop()
const found = await refusing.contentRouting.get(key, options()).then(() => 'found', () => 'not found')
console.log(`get on that peer: ${found}`)
await refusing.stop()
JS

seen=$(node_modules/.bin/node finding.js)
echo "$seen"
test "$seen" = "alone: resolved
with a peer that refuses: resolved
events of the peer's answer: QUERY_ERROR
get on that peer: not found"
