/** The apps a root document can name. */
import type { App } from './app.ts'
import { chat } from './chat/chat.ts'
import { map } from './map/map.ts'

const apps = new Map<string, App<unknown>>([
  ['chat', chat],
  ['map', map],
])

export const appNames: readonly string[] = [...apps.keys()]

/** The app of that name; undefined where this version has none such. */
export function appOf(name: string): App<unknown> | undefined {
  return apps.get(name)
}
