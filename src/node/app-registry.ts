/** The apps of a node: the built-in ones, and those that its user provided. */
import { builtInApps } from '../apps/index.ts'
import { KithError, type App } from '../kith.ts'
import { LocalRoom } from './local-room.ts'

/** Names that rooms use already; `then` would make a room look like a promise. */
const TAKEN = new Set([
  ...Object.getOwnPropertyNames(LocalRoom.prototype),
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['id', 'files', 'news', 'reading', 'then'],
])

/**
 * All apps by name. Throws a KithError `bad-config` if two apps have the same name, or if a command has the
 * name of a property of every room.
 */
export function appRegistry(own: readonly App[] = []): ReadonlyMap<string, App> {
  const apps = new Map<string, App>()
  for (const app of [...builtInApps, ...own]) {
    if (apps.has(app.name)) {
      throw new KithError('bad-config', `two apps have the name '${app.name}': rename one of them`)
    }
    const taken = Object.keys(app.commands).find((name) => TAKEN.has(name))
    if (taken !== undefined) {
      throw new KithError(
        'bad-config',
        `the app '${app.name}' has a command '${taken}', but every room has a property of that name: rename it`,
      )
    }
    apps.set(app.name, app)
  }
  return apps
}
