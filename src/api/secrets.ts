/** Secrets that browsers show, and what is kept of them. */
import { createHash, randomBytes } from 'node:crypto'

const SECRET_BYTES = 32

/** What a browser shows with each request. */
export interface SessionSecrets {
  cookie: string
  key: string
}

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** Secrets are random and long, so whoever reads the file, or measures how long a comparison takes, learns none. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function hashOfSession({ cookie, key }: SessionSecrets): string {
  return hashOf(`${cookie}.${key}`)
}
