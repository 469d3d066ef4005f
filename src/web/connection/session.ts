/** Whether this browser is logged in to the node, and how it gets there: by the secret in the fragment of a link. */
import { signal } from '@preact/signals'
import { LINK_FRAGMENT, LINK_SCHEME, LOGIN_PATH, LOGOUT_PATH, PAGE_HEADER } from '../../api/paths.ts'
import type { ErrorBody } from '../../api/errors.ts'
import { inWords } from './problems.ts'
import { keep, kept, onKept } from './kept.ts'
import { t } from '../language/language.ts'
import { isForGuests } from './served-for.ts'

const KEY = 'key'

/** `out`: it has to be opened by a link, for the reason given. A guest with a link in `secret` has to say a name. */
export type Session = { state: 'entering' } | { state: 'in' } | { state: 'out'; reason: string; secret?: string }

/** Whether this browser is logged in. */
export const session = signal<Session>({ state: 'entering' })

let key = kept(KEY)
/** On the page for guests: the secret of a link that was not used yet. */
let unused: string | undefined

onKept(KEY, (text) => {
  key = text
  session.value = text === undefined ? { state: 'out', reason: t('This browser was logged out.') } : { state: 'in' }
})

/** The header that says which session this is; the cookie goes by itself. */
export function sessionHeaders(): Record<string, string> {
  return key === undefined ? {} : { [PAGE_HEADER]: key }
}

/** Uses the link with which the page was opened, if it was, and removes that from the address. */
export async function enter(): Promise<void> {
  addEventListener('hashchange', () => void takeLink())
  const isNew = await takeLink()
  if (isNew) return
  session.value = key === undefined ? { state: 'out', reason: '' } : { state: 'in' }
}

/** The node does not know this session (any more). */
export function loggedOut(reason: string): void {
  key = undefined
  keep(KEY, undefined)
  session.value = { state: 'out', reason, ...(unused !== undefined && { secret: unused }) }
}

/** Ends this session, also in the node. */
export async function logOut(): Promise<void> {
  await fetch(LOGOUT_PATH, { method: 'POST', headers: sessionHeaders() }).catch(() => undefined)
  loggedOut(t('This browser is logged out.'))
}

/** Returns whether there was a link to take. A used one does no harm to who is logged in already. */
async function takeLink(): Promise<boolean> {
  const { hash } = location
  if (!hash.startsWith(LINK_FRAGMENT)) return false
  history.replaceState(undefined, '', '#/')
  const secret = hash.slice(LINK_FRAGMENT.length)
  if (isForGuests) {
    unused = secret
    session.value = key === undefined ? { state: 'out', reason: '', secret } : { state: 'in' }
    return true
  }
  const reason = await login(secret)
  if (reason === undefined) session.value = { state: 'in' }
  else if (key === undefined) session.value = { state: 'out', reason }
  else session.value = { state: 'in' }
  return true
}

/** Comes in as a guest. Throws an error with what is wrong with the link or the name. */
export async function enterAs(secret: string, name: string): Promise<void> {
  const reason = await login(secret, JSON.stringify({ name }))
  if (reason !== undefined) throw new Error(reason)
  unused = undefined
  session.value = { state: 'in' }
}

/** Why the link did not do; undefined if it did. */
async function login(secret: string, body?: string): Promise<string | undefined> {
  try {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { authorization: `${LINK_SCHEME} ${secret}`, ...type }
    const response = await fetch(LOGIN_PATH, { method: 'POST', headers, ...(body !== undefined && { body }) })
    const answer = (await response.json()) as { key?: string } & Partial<ErrorBody>
    if (answer.key === undefined) {
      return answer.error === undefined ? t('The node did not understand this link.') : inWords(answer.error)
    }
    key = answer.key
    keep(KEY, key)
    return undefined
  } catch {
    return t('The node does not answer. Is it running?')
  }
}
