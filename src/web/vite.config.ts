/** Builds the page into dist/web, from where the node serves it. */
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
  },
})
