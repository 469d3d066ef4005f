#!/usr/bin/env node
// Checks the Node that runs it before it loads anything, so it must stay readable for old ones.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

var NEEDED_MAJOR = 24

/** Where a clone of the project has a Node of its own; an installed package has none. */
var OWN_NODE = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

function fail(message, exitCode) {
  process.stderr.write('kith: ' + message + '\n')
  process.exit(exitCode || 1)
}

/** Whether the command line is valid UTF-8; Node silently replaces bytes that are not. */
function isCommandLineUtf8() {
  var hasReplacement = process.argv.some(function (argument) {
    return argument.indexOf('\ufffd') >= 0
  })
  // Only Linux shows the bytes.
  if (!hasReplacement || !existsSync('/proc/self/cmdline')) return true
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(readFileSync('/proc/self/cmdline'))
    return true
  } catch {
    return false
  }
}

/** Runs this command again on another Node, as if that had run it from the start. */
function runOn(node) {
  void import('node:child_process').then(function (processes) {
    var child = processes.spawn(node, process.argv.slice(1), { stdio: 'inherit' })
    // A terminal sends these two to both processes, and the child decides what they mean.
    process.on('SIGINT', function () {})
    process.on('SIGHUP', function () {})
    process.on('SIGTERM', function () {
      child.kill('SIGTERM')
    })
    child.on('exit', function (code, signal) {
      if (signal === null) process.exit(code)
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    })
  })
}

if (!isCommandLineUtf8()) fail('the command line has bytes that are not UTF-8.', 2)

if (parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  if (existsSync(OWN_NODE)) runOn(OWN_NODE)
  else {
    fail(
      'Node ' +
        NEEDED_MAJOR +
        ' or newer is needed, this is ' +
        process.versions.node +
        ': install one from https://nodejs.org.',
    )
  }
} else {
  // Loading the modules would grow the young generation to a size that an idle node never needs
  // again: 25 MB of resident memory.
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1')
  // Otherwise V8 collects the whole heap after every few blocks of a file, which takes a third of the time of
  // a transfer. With these flags, buffers count like other memory, and V8 waits until the heap has nearly doubled.
  process.getBuiltinModule('node:v8').setFlagsFromString('--external-memory-accounted-in-global-limit')
  process.getBuiltinModule('node:v8').setFlagsFromString('--heap-growing-percent=92')
  // Keeps compiled code between runs, so that commands take less time. It lies where all users may write, so
  // nobody else must be able to put code into its folder.
  var umask = process.umask(63) // 0o077
  process.getBuiltinModule('node:module').enableCompileCache()
  process.umask(umask)
  import('../dist/src/cli/main.js').catch(function (error) {
    var unbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && /dist.src.cli.main\.js/.test(error.message)
    if (unbuilt) fail('it is not built yet: type `npm run build` in the project.')
    if (error.code === 'EMFILE' || error.code === 'ENFILE') {
      fail('too many files are open (' + error.message + '): raise the limit (ulimit -n 1024), or end other programs.')
    }
    throw error
  })
}
