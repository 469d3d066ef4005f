/** Loggers for tests: one that keeps what is written, and one that is off. */
import { format } from 'node:util'
import type { ComponentLogger, Logger } from '../../../src/kith.ts'

export class RecordedLogs implements ComponentLogger {
  /** `namespace message`; the namespace of an error or a trace ends in `:error` or `:trace`. */
  readonly lines: string[] = []

  forComponent(namespace: string): Logger {
    const write =
      (name: string) =>
      (formatter: unknown, ...args: unknown[]): void => {
        // libp2p's own letters use a value's own text.
        const text = String(formatter).replaceAll(/%[pae]/g, '%s')
        this.lines.push(`${name} ${format(text, ...args.map((arg) => (typeof arg === 'number' ? arg : String(arg))))}`)
      }
    return Object.assign(write(namespace), {
      error: write(`${namespace}:error`),
      trace: write(`${namespace}:trace`),
      enabled: true,
      newScope: (scope: string) => this.forComponent(`${namespace}:${scope}`),
    })
  }

  /** Lines of a namespace and those below it. */
  of(namespace: string): string[] {
    return this.lines.filter((line) => line.startsWith(namespace))
  }
}

const nothing = (): void => undefined

export const NO_LOG: Logger = Object.assign(nothing, {
  ...{ error: nothing, trace: nothing, enabled: false },
  newScope: (): Logger => NO_LOG,
})

export const NO_LOGS: ComponentLogger = { forComponent: () => NO_LOG }
