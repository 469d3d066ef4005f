/** The apps that every node has. */
import type { App } from '../kith.ts'
import { chat } from './chat/index.ts'
import { directory } from './directory/index.ts'
import { map } from './map/index.ts'

export const builtInApps: readonly App[] = [chat, map, directory]

/** Apps by their names. */
export function byName(apps: readonly App[]): ReadonlyMap<string, App> {
  return new Map(apps.map((app) => [app.name, app]))
}
