#!/usr/bin/env bash
# A copy of a Corestore folder does not open, so neither does a backup that was restored.
#
# Versions: corestore 7.12.5, hypercore 11.39.5, hypercore-storage 3.3.2, device-file 2.3.1, Node 24, Linux.
# Expected: the folder of a store that was closed can be copied, to a backup and back, and opens as it was.
# Really:   the folder has a file CORESTORE that names its own inode and the time it was made. A folder that is
#           renamed on its disk opens; one that was copied fails with `DEVICE_FILE: Invalid device file, was
#           moved unsafely`. It opens with the option `allowBackup`, which the READMEs do not mention, each time
#           anew: nothing makes the copy a folder in its own right.
# Output:   renamed: opens with 2 blocks
#           copied: DEVICE_FILE: Invalid device file, was moved unsafely
#           copied, with allowBackup: opens with 2 blocks
#           copied, without it again: DEVICE_FILE: Invalid device file, was moved unsafely
# Why it matters: the check keeps people from writing one feed on two machines, which forks it, but it cannot
#           tell that from the only copy left after a disk was replaced. Whoever offers a backup by copying
#           the folder has to open it with that option, and to see to it that one copy writes.
# Source:   device-file, index.js: `verifyDeviceFile()` compares the inode; hypercore-storage, index.js: no
#           such file is made or looked at with `allowBackup`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{
  "private": true,
  "type": "module",
  "overrides": { "hypercore": "11.39.5", "hypercore-storage": "3.3.2", "device-file": "2.3.1" }
}
JSON
npm install --silent --no-audit --no-fund --save-exact node@24 corestore@7.12.5

cat >finding.js <<'JS'
import { cpSync, renameSync } from 'node:fs'
import Corestore from 'corestore'

const open = async (folder, options) => {
  const store = new Corestore(folder, options)
  try {
    await store.ready()
    const core = store.get({ name: 'log' })
    await core.ready()
    return `opens with ${core.length} blocks`
  } catch (error) {
    return `${error.code}: ${error.message}`
  } finally {
    await store.close()
  }
}

const store = new Corestore('original')
await store.get({ name: 'log' }).append(['first', 'second'])
await store.close()

renameSync('original', 'renamed')
console.log(`renamed: ${await open('renamed')}`)
cpSync('renamed', 'copy', { recursive: true, preserveTimestamps: true })
console.log(`copied: ${await open('copy')}`)
console.log(`copied, with allowBackup: ${await open('copy', { allowBackup: true })}`)
console.log(`copied, without it again: ${await open('copy')}`)
JS

seen=$(node_modules/.bin/node finding.js)
echo "$seen"
test "$seen" = "renamed: opens with 2 blocks
copied: DEVICE_FILE: Invalid device file, was moved unsafely
copied, with allowBackup: opens with 2 blocks
copied, without it again: DEVICE_FILE: Invalid device file, was moved unsafely"
