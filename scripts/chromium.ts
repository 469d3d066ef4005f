/** The system's Chromium, for what needs a browser. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome']

/** Its path; undefined if there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => COMMANDS.map((command) => join(folder, command))).find(isExecutable)
}

/** The same. Throws an Error that says what to install. */
export function requireChromium(): string {
  const path = findChromium()
  if (path === undefined) throw new Error('there is no Chromium (Debian: apt-get install chromium)')
  return path
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
