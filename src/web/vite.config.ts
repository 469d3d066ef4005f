/** Builds the page into dist/web, from where the node serves it. */
import { join } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // One file is there at once; there is nothing to preload.
    modulePreload: false,
    // Everything is a file of its own: the policy of the page allows no data in its place.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: join(import.meta.dirname, 'index.html'), worker: join(import.meta.dirname, 'service-worker.ts') },
      output: {
        // A worker is for the folder that it is in, and is known by its name.
        entryFileNames: ({ name }) => (name === 'worker' ? 'service-worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
