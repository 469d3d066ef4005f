/** The config file of `kith start`: JSON, with the same keys as the flags. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseExactJson } from '../api/exact-json.ts'
import { UsageError } from './exit.ts'

/** What flags and the config file can set; flags override the file. */
export interface StartSettings {
  /** Multiaddrs to listen on. */
  listen?: string[]
  /** Port of the local API; 0 is any free one. */
  api?: number
  /** The name others see. */
  name?: string
  mdns?: boolean
  /** Multiaddrs of peers to stay connected to. */
  peers?: string[]
  /** Whether the node takes part in the ring. */
  ring?: boolean
  /** Bytes that it keeps there for others. */
  ringMaxBytes?: number
  /** Modules that each export an app. */
  apps?: string[]
  /** Where the page for guests is served, such as `0.0.0.0:4081`. */
  web?: string
  /** Names of this machine that browsers of guests may ask for. */
  webNames?: string[]
  /** PEM files with a certificate for that page, and its key. */
  webCert?: string
  webKey?: string
  /** Rooms that are served in public, for reading, by id or name. */
  public?: string[]
  /** Where they are, such as `0.0.0.0:4090`. */
  publicWeb?: string
}

export const MAX_PORT = 65535

const KEYS: { [Key in keyof Required<StartSettings>]: { type: string; fits(value: unknown): boolean } } = {
  listen: { type: 'a list of strings', fits: isTextList },
  api: { type: `a port number from 0 to ${MAX_PORT}`, fits: isPort },
  name: { type: 'a string', fits: isText },
  mdns: { type: 'true or false', fits: (value) => typeof value === 'boolean' },
  peers: { type: 'a list of strings', fits: isTextList },
  apps: { type: 'a list of strings', fits: isTextList },
  ring: { type: 'true or false', fits: (value) => typeof value === 'boolean' },
  ringMaxBytes: { type: 'a number of bytes', fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
  web: { type: 'an address and a port', fits: isText },
  webNames: { type: 'a list of strings', fits: isTextList },
  webCert: { type: 'a string', fits: isText },
  webKey: { type: 'a string', fits: isText },
  public: { type: 'a list of strings', fits: isTextList },
  publicWeb: { type: 'an address and a port', fits: isText },
}

/** Reads the file named by `--config`, or else `config.json` in the data folder, if it exists. Throws a UsageError. */
export function readConfig(dataDir: string, file?: string): StartSettings {
  const path = file ?? join(dataDir, 'config.json')
  let content: string
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(error.code as string)
    if (missing && file === undefined) return {}
    if (error instanceof TypeError) throw new UsageError(`The config file ${path} has bytes that are not UTF-8.`)
    throw new UsageError(
      missing ? `There is no config file ${path}.` : `Cannot read the config file ${path}: ${String(error)}`,
    )
  }
  return parseConfig(content, path)
}

/** Checks a config file's content; `path` is for messages. Throws a UsageError that names the key. */
export function parseConfig(content: string, path: string): StartSettings {
  let value: unknown
  try {
    value = parseExactJson(content)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      `The config file ${path} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be used'}: ${reason}`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`The config file ${path} must contain a single JSON object, such as {"name": "Alice"}.`)
  }
  for (const [key, entry] of Object.entries(value)) {
    const rule = Object.hasOwn(KEYS, key) ? KEYS[key as keyof StartSettings] : undefined
    if (rule === undefined) {
      throw new UsageError(
        `The config file ${path} has an unknown key "${key}". Known keys: ${Object.keys(KEYS).join(', ')}.`,
      )
    }
    if (!rule.fits(entry)) throw new UsageError(`In the config file ${path}, "${key}" must be ${rule.type}.`)
  }
  return value
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_PORT
}
