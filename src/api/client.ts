/**
 * The client of the local API, used by the terminal. It uses `node:http`, because `fetch` takes longer to
 * load than a whole call takes, and ends a stream after 5 idle minutes.
 */
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { readApiFile } from './api-file.ts'
import type { ApiFile } from './api-file.ts'
import { API_PREFIX } from './paths.ts'
import type {
  ApiInput,
  CallName,
  CallOutputs,
  StreamName,
  StreamOutputs,
  TaskName,
  TaskOutputs,
  TaskRecord,
} from './contract.ts'
import { ApiError, isErrorBody } from './errors.ts'

/**
 * Not an `import`, which would read every export of the module, and one of them loads all of undici
 * (14 MB and 50 ms for every command).
 */
const { request } = process.getBuiltinModule('node:http')

/**
 * Pauses before a request that the node cut off is sent again. While other programs flood its API, the next
 * attempt is likely to get through.
 */
const RETRY_PAUSES_MS: readonly number[] = [20, 50, 100, 200, 400, 800]

export interface TaskOptions<Name extends TaskName> {
  onProgress?: (progress: TaskOutputs[Name]['progress']) => void
  /** Aborting it ends the task in the node, too. */
  signal?: AbortSignal
}

/** No node is running on the data folder. */
export class NoNodeError extends Error {
  override readonly name = 'NoNodeError'
}

export class ApiClient {
  readonly #api: Pick<ApiFile, 'url' | 'token'>

  constructor(api: Pick<ApiFile, 'url' | 'token'>) {
    this.#api = api
  }

  /** Calls the node. Throws an ApiError with the node's code, or a NoNodeError. */
  async call<Name extends CallName>(name: Name, input: ApiInput<Name>): Promise<CallOutputs[Name]> {
    const response = await this.#post(name, input)
    return parse(await text(response).catch(brokenOff)) as CallOutputs[Name]
  }

  /**
   * Reads a stream until it ends or `signal` aborts, which is not an error. Throws an ApiError, with
   * code `broken-off` if the node vanished or cut off a slow reader, or a NoNodeError.
   */
  async *stream<Name extends StreamName>(
    name: Name,
    input: ApiInput<Name>,
    signal?: AbortSignal,
  ): AsyncGenerator<StreamOutputs[Name], void, undefined> {
    try {
      const response = await this.#post(name, input, signal)
      for await (const line of lines(response)) yield parse(line) as StreamOutputs[Name]
    } catch (error) {
      if (signal?.aborted === true) return
      throw error
    }
  }

  /**
   * Runs a task to its end. Throws an ApiError with the node's code, even in the middle of the task,
   * or with `broken-off`; a NoNodeError; or the signal's reason.
   */
  async run<Name extends TaskName>(
    name: Name,
    input: ApiInput<Name>,
    { onProgress, signal }: TaskOptions<Name> = {},
  ): Promise<TaskOutputs[Name]['result']> {
    try {
      const response = await this.#post(name, input, signal)
      for await (const line of lines(response)) {
        const record = parse(line) as TaskRecord<Name>
        if ('result' in record) return record.result
        if ('error' in record) throw answeredError(line)
        onProgress?.(record.progress)
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
    return brokenOff()
  }

  async #post(name: string, input: object, signal?: AbortSignal): Promise<IncomingMessage> {
    const body = JSON.stringify(input)
    const response = await this.#insist(() => this.#postOnce(name, body, signal), signal)
    if (response.statusCode === 200) return response
    throw answeredError(await text(response).catch(brokenOff))
  }

  /**
   * Repeats a request whose connection the node closed before it answered. It only does that to connections
   * whose request it has not taken, or when it stops, so no call is carried out twice.
   */
  async #insist(post: () => Promise<IncomingMessage>, signal?: AbortSignal): Promise<IncomingMessage> {
    for (const pauseMs of RETRY_PAUSES_MS) {
      try {
        return await post()
      } catch (error) {
        if (signal?.aborted === true || !isCutOff(error)) return unreachable(error)
        await delay(pauseMs, undefined, signal === undefined ? {} : { signal })
      }
    }
    return post().catch((error: unknown) => {
      if (!isCutOff(error)) return unreachable(error)
      const attempts = RETRY_PAUSES_MS.length + 1
      const message = `The node's API is busy: it closed ${attempts} connections before it answered. Other programs may be holding its connections, or the node has no file descriptors left. Try again.`
      throw new ApiError('busy', message, { cause: error })
    })
  }

  #postOnce(name: string, body: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#api.url + API_PREFIX + name, {
        method: 'POST',
        // A process makes few calls, and an idle connection would keep it alive.
        agent: false,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          authorization: `Bearer ${this.#api.token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      })
      outgoing.once('response', resolve).once('error', reject).end(body)
    })
  }
}

/** A client of the node that is running on a data folder. Throws a NoNodeError. */
export function openApi(dataDir: string): ApiClient {
  const api = readApiFile(dataDir)
  if (api === undefined) throw new NoNodeError('No node is running on this data folder.')
  return new ApiClient(api)
}

async function* lines(response: IncomingMessage): AsyncGenerator<string, void, undefined> {
  response.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of response) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      yield* parts
    }
  } catch (error) {
    brokenOff(error)
  }
}

/** Whether the other side closed the connection of a request that it had not answered. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function unreachable(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') {
    throw goneError(error)
  }
  return brokenOff(error)
}

function brokenOff(error?: unknown): never {
  throw new ApiError('broken-off', 'The node closed the connection: it stopped, or this reader was too slow.', {
    cause: error,
  })
}

/** The error in an answer. A refused token means that another node has taken the port of one that is gone. */
function answeredError(body: string): Error {
  const value = parse(body)
  if (!isErrorBody(value) || value.error.code === 'unauthorized') return goneError()
  const { code, message, reasons } = value.error
  return new ApiError(code, message, { reasons })
}

/** Parses JSON. Anything else comes from another program that has taken the port of a node that is gone. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw goneError(error)
  }
}

function goneError(cause?: unknown): NoNodeError {
  return new NoNodeError('The node that ran on this data folder is gone.', { cause })
}
