#!/usr/bin/env bash
# js-libp2p takes an address whose peer id is a CID (`/p2p/bafz…`) and then has nothing to dial.
#
# Versions: libp2p 3.3.11, @multiformats/multiaddr 13.0.3, @libp2p/peer-id 6.0.15, @libp2p/tcp 11.0.28,
#           @libp2p/noise 17.0.3, @libp2p/yamux 8.0.3, Node 24.
# Expected: the peer id specification lets a peer id be written as base58btc or as a CIDv1 and says that
#           readers must take both, so both forms of one address lead to the same host.
# Really:   `multiaddr()` takes the CID form and keeps the text, `peerIdFromString()` reads it as the right
#           peer, but `dial()` of the address fails with NoValidAddressesError: the dialler compares the
#           text in the address with the base58 text of the peer id, and drops the address as another
#           peer's.
# Output:   peer id read: the same peer
#           dial base58: connected
#           dial CID: NoValidAddressesError
# Why it matters: addresses copied from tools that print CIDs (kubo can, by --peerid-base) are accepted
#           everywhere and never connect. Rewrite the peer id before the address is used.
# Source:   https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#string-representation;
#           libp2p, src/connection-manager/dial-queue.ts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --save-exact node@24 libp2p@3.3.11 @multiformats/multiaddr@13.0.3 \
  @libp2p/peer-id@6.0.15 @libp2p/tcp@11.0.28 @libp2p/noise@17.0.3 @libp2p/yamux@8.0.3

cat >finding.js <<'JS'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const host = (listen) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
const dialler = await host([])
const listener = await host(['/ip4/127.0.0.1/tcp/0'])
const [address] = listener.getMultiaddrs()
const cid = listener.peerId.toCID().toString()
const dial = async (target) => {
  try {
    await dialler.dial(target)
    return 'connected'
  } catch (error) {
    return error.name
  }
}

const isSame = peerIdFromString(cid).equals(listener.peerId)
console.log(`peer id read: ${isSame ? 'the same peer' : 'another peer'}`)
const inCidForm = multiaddr(address.toString().replace(listener.peerId.toString(), cid))
const cidOutcome = await dial(inCidForm)
console.log(`dial base58: ${await dial(address)}`)
console.log(`dial CID: ${cidOutcome}`)
await Promise.all([dialler.stop(), listener.stop()])
JS

seen=$(node_modules/.bin/node finding.js)
echo "$seen"
test "$seen" = "peer id read: the same peer
dial base58: connected
dial CID: NoValidAddressesError"
