/** The apps of a node: those that every node has, and those that its user brought. */
import { builtInApps } from '../apps/index.ts'
import { KithError, type App } from '../kith.ts'
import { LocalRoom } from './local-room.ts'

/** What rooms have already; with a method `then` a room would pass for a promise. */
const TAKEN = new Set([
  ...Object.getOwnPropertyNames(LocalRoom.prototype),
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['id', 'files', 'news', 'reading', 'then'],
])

/** All apps by name. Throws a KithError `bad-config` where two have one name, or a command is called as something that all rooms have. */
export function appRegistry(own: readonly App[] = []): ReadonlyMap<string, App> {
  const apps = new Map<string, App>()
  for (const app of [...builtInApps, ...own]) {
    if (apps.has(app.name)) {
      throw new KithError('bad-config', `there are two apps with the name '${app.name}': give each one of its own`)
    }
    const taken = Object.keys(app.commands).find((name) => TAKEN.has(name))
    if (taken !== undefined) {
      throw new KithError(
        'bad-config',
        `the app '${app.name}' has a command '${taken}', which is something that all rooms have: call it otherwise`,
      )
    }
    apps.set(app.name, app)
  }
  return apps
}
