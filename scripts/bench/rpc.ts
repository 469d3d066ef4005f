/** Calls into a forked process: it offers methods, and its parent calls them like local ones. */
import type { ChildProcess } from 'node:child_process'

/** An object that has only methods. */
export type Methods<Served> = { [Name in keyof Served]: (...args: never[]) => unknown }

/** The methods as their caller sees them. */
export type Remote<Served extends Methods<Served>> = {
  [Name in keyof Served]: (...args: Parameters<Served[Name]>) => Promise<Awaited<ReturnType<Served[Name]>>>
}

interface Request {
  id: number
  name: string
  args: unknown[]
}

type Reply = { id: number } & ({ result: unknown } | { error: string })

/** Answers the parent's calls until it disconnects this process, which then stops what it runs, and ends. */
export function serve(
  methods: Readonly<Record<string, (...args: never[]) => unknown>>,
  stop: () => Promise<unknown> = () => Promise.resolve(),
): void {
  const byName = new Map(Object.entries(methods))
  const answer = async ({ id, name, args }: Request): Promise<Reply> => {
    try {
      return { id, result: await byName.get(name)?.(...(args as never[])) }
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
  process.on('message', (request: Request) => void answer(request).then((reply) => process.send?.(reply)))
  process.once('disconnect', () => void stop().finally(() => process.exit()))
}

/** The methods of a forked process. A call rejects if the method throws or the process ends. */
export function remoteOf<Served extends Methods<Served>>(child: ChildProcess): Remote<Served> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let calls = 0
  child.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) call?.reject(new Error(reply.error))
    else call?.resolve(reply.result)
  })
  child.once('exit', () => {
    for (const call of waiting.values()) call.reject(new Error('the process ended before it answered'))
  })
  const call = (name: string, args: unknown[]): Promise<unknown> => {
    const result = Promise.withResolvers<unknown>()
    waiting.set(++calls, result)
    child.send({ id: calls, name, args } satisfies Request)
    return result.promise
  }
  return new Proxy({} as Remote<Served>, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        call(String(name), args),
  })
}
