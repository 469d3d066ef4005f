#!/usr/bin/env node
// Checks the Node that runs it before it loads anything, so it must stay readable for old ones.
var NEEDED_MAJOR = 24

function fail(message) {
  process.stderr.write('kith: ' + message + '\n')
  process.exit(1)
}

if (parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  fail(
    'Node ' +
      NEEDED_MAJOR +
      ' or newer is needed, this is ' +
      process.versions.node +
      ': type `npx kith` in the project, which brings its own, or install one from https://nodejs.org.',
  )
} else {
  // Loading the modules would grow the young generation to a size that an idle node never needs
  // again: 25 MB of resident memory.
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1')
  // By itself V8 collects the whole heap for every few blocks of a file that pass through, a third
  // of the work of moving one: buffers are to count like other memory, and the whole is
  // to be collected when it has nearly doubled.
  process.getBuiltinModule('node:v8').setFlagsFromString('--external-memory-accounted-in-global-limit')
  process.getBuiltinModule('node:v8').setFlagsFromString('--heap-growing-percent=92')
  // What a node keeps is its user's alone, wherever the folder lies.
  process.umask(63) // 0o077
  // Compiled code is kept between runs: a command is over sooner.
  process.getBuiltinModule('node:module').enableCompileCache()
  import('../dist/src/cli/main.js').catch(function (error) {
    var unbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && /dist.src.cli.main\.js/.test(error.message)
    if (unbuilt) fail('it is not built yet: type `npm run build` in the project.')
    throw error
  })
}
