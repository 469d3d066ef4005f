import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const sourceOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Examples import the library as its users do; here that is the source. */
const alias = { '@kith-p2p/kith/testing': sourceOf('src/testing.ts'), '@kith-p2p/kith': sourceOf('src/node.ts') }

/** One group of tests; groups with a higher order wait for the lower ones. */
function group(
  name: string,
  folders: string[],
  order: number,
  limits: { testTimeout: number; maxWorkers?: number | string; globalSetup?: string },
) {
  return {
    resolve: { alias },
    test: {
      name,
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      sequence: { groupOrder: order },
      hookTimeout: limits.testTimeout,
      ...limits,
    },
  }
}

export default defineConfig({
  test: {
    coverage: {
      // All of them, so that a file shows that no test loads.
      include: ['src/**/*.ts', 'protocols/**/*.ts'],
      exclude: ['protocols/*/messages.ts'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      // These reckon and hardly wait. Without a number one processor of two would stand idle.
      group('unit', ['unit', 'acceptance', 'scenarios'], 0, { testTimeout: 60_000, maxWorkers: '100%' }),
      group('simulated', ['simulated'], 1, { testTimeout: 120_000, maxWorkers: '100%' }),
      // These start processes, which mostly wait; two files at a time leave each node the time it needs.
      group('integration', ['integration'], 2, { testTimeout: 60_000, maxWorkers: 2 }),
      // One at a time, as each of them measures what a node spends.
      group('hostile', ['hostile'], 3, { testTimeout: 60_000, maxWorkers: 1 }),
      // They load the page as the build left it. One at a time, as a browser has processes enough.
      group('browser', ['browser'], 4, {
        testTimeout: 60_000,
        maxWorkers: 1,
        globalSetup: 'test/browser/print-reason.ts',
      }),
      group('lan', ['lan'], 5, { testTimeout: 180_000, maxWorkers: 1, globalSetup: 'test/lan/print-reason.ts' }),
    ],
  },
})
