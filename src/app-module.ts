/** Loads apps from files, for programs that are given a file name: `kith start` and simulations. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { KithError, type App } from './kith.ts'

/** The app that a module exports, under any name. Rejects with a KithError `bad-config`. */
export async function loadApp(path: string): Promise<App> {
  await expectFile(path)
  const exported = new Set(Object.values(await importFile(path)))
  const [app, ...others] = [...exported].filter(isApp)
  if (app === undefined) throw new KithError('bad-config', `${path} exports no app: export the result of defineApp`)
  if (others.length > 0) {
    throw new KithError('bad-config', `${path} exports ${others.length + 1} apps: put each into its own file`)
  }
  return app
}

/** What Node says of a path that is no file names files of Kith, and none that the user knows. */
async function expectFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new KithError('bad-config', `there is no file ${path}: name one that exports an app`)
  if (found.isDirectory()) {
    throw new KithError('bad-config', `${path} is a folder: name the file in it that exports the app`)
  }
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()
    throw new KithError('bad-config', `the app ${path} cannot be loaded (${reason}): 'node ${path}' shows where`, {
      cause: error,
    })
  }
}

function isApp(value: unknown): value is App {
  if (typeof value !== 'object' || value === null) return false
  const { name, kinds, fold, commands, offers } = value as Partial<Record<keyof App, unknown>>
  return typeof name === 'string' && [kinds, fold, commands, offers].every((part) => typeof part === 'object')
}
