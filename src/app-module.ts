/** Loads apps from files, for programs that are given a file name: `kith start` and simulations. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { KithError, type App } from './kith.ts'

/** The app that a module exports, under any name. Rejects with a KithError `bad-config`. */
export async function loadApp(path: string): Promise<App> {
  let exported: Record<string, unknown>
  try {
    exported = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new KithError('bad-config', `the app ${path} cannot be loaded: ${reason}`, { cause: error })
  }
  const [app, ...others] = Object.values(exported).filter(isApp)
  if (app === undefined) throw new KithError('bad-config', `${path} exports no app: export the result of defineApp`)
  if (others.length > 0)
    throw new KithError('bad-config', `${path} exports ${others.length + 1} apps: put each into its own file`)
  return app
}

function isApp(value: unknown): value is App {
  if (typeof value !== 'object' || value === null) return false
  const { name, kinds, fold, commands, offers } = value as Partial<Record<keyof App, unknown>>
  return typeof name === 'string' && [kinds, fold, commands, offers].every((part) => typeof part === 'object')
}
