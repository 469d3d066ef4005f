/** What errors of the node mean, in the language of the page. */
import type { ErrorBody } from '../../api/errors.ts'
import { isEnglish, t } from '../language/language.ts'

/** The commonest ones, and those that need no more. */
const WORDS: Readonly<Partial<Record<ErrorBody['error']['code'], string>>> = {
  'bad-invite': t('This is no invite.'),
  'bad-name': t('This name cannot be used.'),
  'bad-room-id': t('This is no invite.'),
  'bad-value': t('This value cannot be used.'),
  busy: t('This was too much at a time.'),
  'disk-full': t('The disk is full.'),
  forbidden: t('You may not do this here.'),
  internal: t('Something went wrong in the node.'),
  moved: t('This room goes on in another one.'),
  'no-right': t('You may not do this here.'),
  'no-such-invite': t('This invite does not hold any more.'),
  'not-here': t('This is not here.'),
  quota: t('There is no space left for this.'),
  'state-full': t('This room is full.'),
  'too-large': t('This is too large.'),
  'too-many': t('These are too many.'),
  unauthorized: t('This browser is not logged in, or its link does not hold any more.'),
  waiting: t('This room is not here yet.'),
}

/** An error as a sentence for people. What the node itself says is English, and more exact: elsewhere, it stands behind that. */
export function inWords({ code, message }: { code: string; message: string }): string {
  const words = isEnglish || !Object.hasOwn(WORDS, code) ? undefined : WORDS[code as keyof typeof WORDS]
  return words === undefined ? sentence(message) : `${words} (${sentence(message)})`
}

/** A message as a sentence of its own. */
export function sentence(message: string): string {
  const begun = message.slice(0, 1).toUpperCase() + message.slice(1)
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
