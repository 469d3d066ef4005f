/** Calls and streams of the node's API, as the page uses them. */
import type { ApiInput, CallOutputs } from '../../api/contract.ts'
import type { PageCallName } from '../../api/page-access.ts'
import type { WatchRecord } from '../../api/page-calls.ts'
import type { ErrorBody } from '../../api/errors.ts'
import { API_PREFIX } from '../../api/paths.ts'
import { inWords, sentence } from './problems.ts'
import { loggedOut, sessionHeaders } from './session.ts'
import { t } from '../language/language.ts'

/** `no-answer`: nobody can know whether the node did it. */
export type CallErrorCode = ErrorBody['error']['code'] | 'no-answer'

/** An error that the node answered with, or that it did not answer. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: CallErrorCode
  constructor(code: CallErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Calls the node. Throws a CallError. */
export function call<Name extends PageCallName>(name: Name, input: ApiInput<Name>): Promise<CallOutputs[Name]> {
  return callWithJson(name, JSON.stringify(input))
}

/** The same with JSON as it was typed, so that the node sees a number that cannot be kept exactly, and says so. */
export async function callWithJson<Name extends PageCallName>(name: Name, json: string): Promise<CallOutputs[Name]> {
  const response = await post(name, json)
  return (await response.json().catch(noAnswer)) as CallOutputs[Name]
}

/** Yields what the node tells until it ends or breaks off. Throws a CallError. */
export async function* watch(signal: AbortSignal): AsyncGenerator<WatchRecord, void, undefined> {
  const { body } = await post('rooms.watch', '{}', signal)
  if (body === null) return
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read().catch(noAnswer)
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as WatchRecord
  }
}

async function post(name: string, body: string, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...sessionHeaders() }
  const response = await fetch(API_PREFIX + name, { method: 'POST', headers, body, ...(signal && { signal }) }).catch(
    noAnswer,
  )
  if (response.ok) return response
  const { error } = (await response.json().catch(noAnswer)) as ErrorBody
  if (response.status === 401) loggedOut(inWords(error))
  throw new CallError(error.code, error.message)
}

function noAnswer(): never {
  throw new CallError('no-answer', t('The node does not answer.'))
}

/** What went wrong, as a sentence for people. */
export function reasonOf(error: unknown): string {
  if (error instanceof CallError) return inWords(error)
  return sentence(error instanceof Error ? error.message : String(error))
}
