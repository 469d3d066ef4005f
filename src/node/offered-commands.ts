/** Runs the commands that an app offers to terminals and the local API, with named arguments. */
import { KithError, type App, type ArgumentDescription, type JsonValue, type Room } from '../kith.ts'
import { quoted } from './quoted.ts'

/**
 * Runs a command of the room's app. Throws a KithError `no-such-command` or `bad-value`, and whatever the
 * command throws.
 */
export function runOffered(room: Room, app: App, name: string, args: Readonly<Record<string, JsonValue>>): unknown {
  const offered = Object.hasOwn(app.offers, name) ? app.offers[name] : undefined
  const run = Object.hasOwn(app.commands, name) ? app.commands[name] : undefined
  if (offered === undefined || run === undefined) {
    const names = Object.keys(app.offers).join(', ') || 'none'
    throw new KithError(
      'no-such-command',
      `'${room.name}' is a ${app.name} room, and has no command ${quoted(name)}; its commands: ${names}`,
    )
  }
  const { args: takes = [] } = offered
  const surplus = Object.keys(args).find((given) => !takes.some((argument) => argument.name === given))
  if (surplus !== undefined) throw new KithError('bad-value', `${quoted(surplus)} is not an argument of ${name}`)
  const valueOf = (argument: ArgumentDescription) =>
    check(argument, Object.hasOwn(args, argument.name) ? args[argument.name] : undefined)
  const options = takes.filter(({ option }) => option !== undefined)
  const values = takes.filter(({ option }) => option === undefined).map(valueOf)
  const byName = Object.fromEntries(options.map((argument) => [argument.name, valueOf(argument)]))
  return run(room as never, ...([...values, ...(options.length > 0 ? [byName] : [])] as never[]))
}

function check(
  { name, type = 'text', option, isOptional = option !== undefined }: ArgumentDescription,
  value: JsonValue | undefined,
) {
  if (value === undefined && isOptional) return value
  if (value === undefined) throw new KithError('bad-value', `the argument '${name}' is missing`)
  if (type === 'json') return value
  const isFine = type === 'number' ? Number.isFinite(value) : typeof value === 'string'
  if (!isFine) throw new KithError('bad-value', `the argument '${name}' must be a ${type === 'number' ? type : 'text'}`)
  return value
}
