#!/usr/bin/env bash
# `getAll()` of blockstore-fs gives every block the name of a dag-pb block, and fails at one hashed by
# anything but SHA-256.
#
# Versions: blockstore-fs 4.0.1, blockstore-core 7.0.1, multiformats 14.0.5, @ipld/dag-cbor 10.0.2, Node 24.
# Expected: what a walk over the store gives is named as it was put, or, since the name of a file is only a
#           multihash, as CIDv1 with the codec `raw`, as the memory store of blockstore-core does.
# Really:   each comes as a CIDv0, which means dag-pb, also a block of dag-cbor or of raw bytes. A block whose
#           hash is SHA-512 is put, and got, without a word, and then the walk over the whole store ends with
#           `RangeError: Invalid CID version 19`: the multihash begins with 19 (0x13), and is read as a CID.
# Output:   memory, sha2-256 dag-cbor: version 1, codec 0x55
#           files, sha2-256 dag-cbor: version 0, codec 0x70
#           memory, sha2-512 raw: version 1, codec 0x55
#           files, sha2-512 raw: got by its CID
#           files, sha2-512 raw: RangeError: Invalid CID version 19
# Why it matters: garbage collection, export and checks walk over a store. One that follows links by the codec
#           of the CID decodes everything as dag-pb, finds no links in dag-cbor, and deletes what is needed.
#           Use the multihash alone, keep the codecs elsewhere, and keep other hashes out of such a store.
# Source:   blockstore-fs, src/sharding.ts: `encode()` writes `cid.multihash.bytes`, and `decode()` gives them
#           to `CID.decode()`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --save-exact node@24 blockstore-fs@4.0.1 blockstore-core@7.0.1 \
  multiformats@14.0.5 @ipld/dag-cbor@10.0.2

cat >finding.js <<'JS'
import * as dagCbor from '@ipld/dag-cbor'
import { MemoryBlockstore } from 'blockstore-core'
import { FsBlockstore } from 'blockstore-fs'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256, sha512 } from 'multiformats/hashes/sha2'

const show = async (label, store) => {
  try {
    for await (const { cid } of store.getAll())
      console.log(`${label}: version ${cid.version}, codec 0x${cid.code.toString(16)}`)
  } catch (error) {
    console.log(`${label}: ${error.name}: ${error.message}`)
  }
}

for (const [name, codec, hasher] of [
  ['sha2-256 dag-cbor', dagCbor, sha256],
  ['sha2-512 raw', raw, sha512],
]) {
  const bytes = codec === raw ? Uint8Array.of(1, 2, 3) : dagCbor.encode({ key: 'value' })
  const cid = CID.createV1(codec.code, await hasher.digest(bytes))
  const memory = new MemoryBlockstore()
  const files = new FsBlockstore(`./${hasher.name}`)
  await files.open()
  for (const store of [memory, files]) await store.put(cid, bytes)
  await show(`memory, ${name}`, memory)
  if (hasher === sha512 && (await files.has(cid))) console.log(`files, ${name}: got by its CID`)
  await show(`files, ${name}`, files)
}
JS

seen=$(node_modules/.bin/node finding.js)
echo "$seen"
test "$seen" = "memory, sha2-256 dag-cbor: version 1, codec 0x55
files, sha2-256 dag-cbor: version 0, codec 0x70
memory, sha2-512 raw: version 1, codec 0x55
files, sha2-512 raw: got by its CID
files, sha2-512 raw: RangeError: Invalid CID version 19"
