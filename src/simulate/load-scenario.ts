/** Reads a scenario and the app that it may use: a module, with a path relative to the scenario file. */
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { loadApp } from '../app-module.ts'
import { builtInApps, byName } from '../apps/index.ts'
import { KithError } from '../kith.ts'
import { readScenario, ScenarioError } from './read-scenario.ts'
import type { Scenario } from './scenario.ts'

/** Like `readScenario`, with the named app. Rejects with a ScenarioError. */
export async function loadScenario(text: string, file: string, name: string): Promise<Scenario> {
  const path = appPathIn(text)
  if (path === undefined) return readScenario(text, file, name)
  try {
    const app = await loadApp(resolve(dirname(file), path))
    const apps = byName(builtInApps)
    if (apps.has(app.name)) {
      throw new KithError(
        'bad-config',
        `the app ${path} is called '${app.name}' like one that all nodes have: rename it`,
      )
    }
    return readScenario(text, file, name, new Map([...apps, [path, app]]))
  } catch (error) {
    if (error instanceof KithError) throw new ScenarioError([`${file}: ${error.message}`])
    throw error
  }
}

/** The path of the app; `readScenario` reports all other mistakes. */
function appPathIn(text: string): string | undefined {
  const app: unknown = parseDocument(text).getIn(['workload', 'app'])
  return typeof app === 'string' && /^\.{0,2}\//.test(app) ? app : undefined
}
