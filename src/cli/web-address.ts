/** Where pages are served to others: `ADDRESS:PORT` as people type it. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { MAX_PORT } from './config.ts'
import { UsageError } from './exit.ts'

/** An address to listen on. */
export interface WebAddress {
  host: string
  port: number
}

const ADDRESS = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/

/** Reads `0.0.0.0:4081`, `[::]:4081` or `:4081`. Throws a UsageError that names the option. */
export function webAddressOf(text: string, option: string): WebAddress {
  const [, six, four, digits] = ADDRESS.exec(text.trim()) ?? []
  const host = six ?? (four === '' ? '0.0.0.0' : (four ?? ''))
  const port = Number(digits)
  if (isIP(host) === 0 || !(port >= 0 && port <= MAX_PORT)) {
    throw new UsageError(`${option} must be an address and a port, such as 0.0.0.0:4081, not "${text}".`)
  }
  return { host, port }
}

/** The certificate and its key, if both are given. Throws a UsageError. */
export function certificateOf(
  cert: string | undefined,
  key: string | undefined,
): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) throw new UsageError('Give both --web-cert and --web-key.')
  return { cert: read(cert), key: read(key) }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
