/** Apps that lie in files of their own, and what is said of files that hold none. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { todo } from '../../examples/todo.ts'
import { loadApp } from '../../src/app-module.ts'
import { createNode } from '../../src/node.ts'

const folder = mkdtempSync(join(tmpdir(), 'kith-apps-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DEFINED = `
import { defineApp } from '@kith-p2p/kith'
const app = (name) => defineApp({ name, initial: () => 0, kinds: {}, reduce: (state) => state })
`

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const badConfig = (message: string) =>
  expect.objectContaining({ name: 'KithError', code: 'bad-config', message }) as Error

describe('an app in a file', () => {
  it('is what the file exports, whatever it is called there and stands beside it', async () => {
    expect(await loadApp('examples/todo.ts'), 'a path is as one types it').toBe(todo)
    const byDefault = file(
      'default.js',
      `${DEFINED} export default app('one'); export const name = 'one', nothing = null`,
    )
    expect(await loadApp(byDefault)).toMatchObject({ name: 'one', kinds: {} })
    const twice = file('twice.js', `${DEFINED} export const one = app('one'); export default one`)
    expect(await loadApp(twice)).toMatchObject({ name: 'one' })
  })

  it('is one of a node, if no other app has its name', async () => {
    const [first, second] = ['first.js', 'second.js'].map((name) => file(name, `${DEFINED} export default app('sums')`))
    const apps = [await loadApp(first!), await loadApp(second!)]
    await expect(createNode({ dataDir: ':memory:', apps })).rejects.toThrow(
      badConfig("two apps have the name 'sums': rename one of them"),
    )
    const chat = await loadApp(file('chat.js', `${DEFINED} export default app('chat')`))
    await expect(createNode({ dataDir: ':memory:', apps: [chat] })).rejects.toThrow(
      badConfig("two apps have the name 'chat': rename one of them"),
    )
  })
})

describe('what is wrong is said in one sentence', () => {
  it('where there is no file', async () => {
    const path = join(folder, 'missing.ts')
    await expect(loadApp(path)).rejects.toThrow(badConfig(`there is no file ${path}: name one that exports an app`))
  })

  it('where it is a folder', async () => {
    const path = join(folder, 'apps')
    mkdirSync(path)
    file('apps/index.js', `${DEFINED} export default app('one')`)
    await expect(loadApp(path)).rejects.toThrow(
      badConfig(`${path} is a folder: name the file in it that exports the app`),
    )
  })

  it('where the file exports no app', async () => {
    for (const [index, text] of [
      '',
      'export const app = { name: "app", kinds: {} }',
      'export default null',
    ].entries()) {
      const path = file(`none-${index}.js`, text)
      await expect(loadApp(path)).rejects.toThrow(badConfig(`${path} exports no app: export the result of defineApp`))
    }
  })

  it('where it exports several', async () => {
    const path = file('several.js', `${DEFINED} export const one = app('one'), two = app('two'), three = app('three')`)
    await expect(loadApp(path)).rejects.toThrow(badConfig(`${path} exports 3 apps: put each into its own file`))
  })

  it('where it throws, with the reason', async () => {
    for (const [index, [thrown, reason]] of [
      ['new Error("no soup\\ntoday")', 'no soup today'],
      ['"soup"', 'soup'],
    ].entries()) {
      const path = file(`throws-${index}.js`, `throw ${thrown}`)
      await expect(loadApp(path)).rejects.toThrow(
        badConfig(`the app ${path} cannot be loaded (${reason}): 'node ${path}' shows where`),
      )
    }
    const path = file('bad-name.js', `${DEFINED} export default app('Bad Name')`)
    await expect(loadApp(path)).rejects.toThrow("'Bad Name' is not a valid app name")
  })
})
