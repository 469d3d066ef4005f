/** Scenarios that bring an app, and what is said of those whose app cannot be had. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { todo } from '../../../examples/todo.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import { map } from '../../../src/apps/map/index.ts'
import { loadScenario } from '../../../src/simulate/load-scenario.ts'
import { ScenarioError } from '../../../src/simulate/read-scenario.ts'

const EXAMPLES = join(import.meta.dirname, '../../../examples')
const folder = mkdtempSync(join(tmpdir(), 'kith-scenario-'))
afterAll(() => rmSync(folder, { recursive: true }))

const scenarioFile = join(folder, 'my.yaml')

function scenarioWith(app: string | undefined): string {
  return `
duration: 10m
nodes: [A, B]
workload:
  writes: [{ count: 2, every: 1m }]
${app === undefined ? '' : `  app: ${app}`}
`
}

function load(app: string | undefined, file = scenarioFile) {
  return loadScenario(scenarioWith(app), file, 'my')
}

function file(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

async function mistakesWith(app: string): Promise<readonly string[]> {
  const error: unknown = await load(app).catch((reason: unknown) => reason)
  if (error instanceof ScenarioError) return error.mistakes
  throw error
}

describe('the app of a scenario', () => {
  it('is one that all nodes have, by its name', async () => {
    expect((await load(undefined)).app).toBe(chat)
    expect((await load('map')).app).toBe(map)
  })

  it('is that of a module, by its path from where the scenario lies', async () => {
    expect((await load('./todo.ts', join(EXAMPLES, 'my.yaml'))).app).toBe(todo)
    expect((await load('../examples/todo.ts', join(EXAMPLES, 'my.yaml'))).app).toBe(todo)
    expect((await load(join(EXAMPLES, 'todo.ts'))).app).toBe(todo)
  })
})

describe('what is wrong with it is said in one line, with the file', () => {
  const failing = "throw new Error('no soup\\ntoday')"
  const defined = (name: string) => `
import { defineApp } from '@kith-p2p/kith'
export default defineApp({ name: '${name}', initial: () => 0, kinds: {}, reduce: (state) => state })
`

  it('where there is no such app or file', async () => {
    expect(await mistakesWith('todo')).toEqual([
      `${scenarioFile}:6: workload.app: expected one of 'chat', 'map', or a file such as './todo.ts', found "todo"`,
    ])
    expect(await mistakesWith('todo.ts')).toEqual([expect.stringContaining('found "todo.ts"')])
    expect(await mistakesWith('3')).toEqual([expect.stringContaining('found 3')])
    expect(await mistakesWith('./missing.ts')).toEqual([
      `${scenarioFile}: there is no file ${join(folder, 'missing.ts')}: name one that exports an app`,
    ])
  })

  it('where the path is a folder', async () => {
    mkdirSync(join(folder, 'app'))
    expect(await mistakesWith('./app')).toEqual([
      `${scenarioFile}: ${join(folder, 'app')} is a folder: name the file in it that exports the app`,
    ])
  })

  it('where the module exports no app, or throws', async () => {
    file('none.js', 'export const soup = 1')
    expect(await mistakesWith('./none.js')).toEqual([
      `${scenarioFile}: ${join(folder, 'none.js')} exports no app: export the result of defineApp`,
    ])
    file('throws.js', failing)
    expect(await mistakesWith('./throws.js')).toEqual([
      expect.stringMatching(/^.*my\.yaml: the app .*throws\.js cannot be loaded \(no soup today\): '.*' shows where$/),
    ])
  })

  it('where its name is taken', async () => {
    file('chat.js', defined('chat'))
    expect(await mistakesWith('./chat.js')).toEqual([
      `${scenarioFile}: the app ./chat.js is called 'chat' like one that all nodes have: rename it`,
    ])
  })

  it('along with whatever else is wrong, which is told as if there were no app', async () => {
    await expect(loadScenario('a: [', scenarioFile, 'my')).rejects.toThrow(`${scenarioFile}:1: Flow sequence`)
    file('fine.js', defined('fine'))
    const both = scenarioWith('./fine.js').replace('10m', 'ten')
    await expect(loadScenario(both, scenarioFile, 'my')).rejects.toThrow(`${scenarioFile}:2: duration: expected a time`)
  })
})
