/** How `kith start` serves its page to others on the network. */
import type { Command } from 'commander'
import type { WebOptions } from '../api/guests/guest-server.ts'
import type { ApiServer } from '../api/server.ts'
import { guestLinkLines } from './commands/guests.ts'
import type { StartSettings } from './config.ts'
import type { Context } from './context.ts'
import { UsageError } from './exit.ts'
import { listOption } from './program.ts'
import { certificateOf, webAddressOf } from './web-address.ts'

/** The flags, by the names that commander gives them. */
export interface WebFlags {
  web?: string
  webName?: string[]
  webCert?: string
  webKey?: string
}

export function addWebOptions(start: Command): Command {
  return start
    .option('--web <address>', 'serve a page for guests on the local network, e.g. 0.0.0.0:4081 (default: not)')
    .addOption(
      listOption('--web-name <name>', 'name of this machine that guests may ask for, e.g. home.local (repeatable)'),
    )
    .option('--web-cert <file>', 'PEM file with a certificate: the page for guests is encrypted')
    .option('--web-key <file>', 'PEM file with the key of that certificate')
}

/** The settings that flags give. */
export function webSettingsOf({ web, webName, webCert, webKey }: WebFlags): StartSettings {
  return {
    ...(web === undefined ? {} : { web }),
    ...(webName === undefined ? {} : { webNames: webName }),
    ...(webCert === undefined ? {} : { webCert }),
    ...(webKey === undefined ? {} : { webKey }),
  }
}

/** Where the page for guests is to be served; undefined for nowhere. Throws a UsageError. */
export function webOptionsOf({ web, webNames, webCert, webKey }: StartSettings): WebOptions | undefined {
  const tls = certificateOf(webCert, webKey)
  if (web !== undefined) {
    return { ...webAddressOf(web, '--web'), ...(webNames && { names: webNames }), ...(tls && { tls }) }
  }
  if (tls !== undefined || webNames !== undefined)
    throw new UsageError('--web-name, --web-cert and --web-key need --web.')
  return undefined
}

/** A first link for a guest, who waits until it is let into a room. It is a secret, so it is printed where only the user sees it. */
export function guestWelcome(context: Context, { guestLink }: ApiServer): string[] {
  if (guestLink === undefined || context.terminal.stdout.isTTY !== true) return []
  const more = `${context.command('guests invite --write ROOM')} makes one for a room. ${context.command('guests')} shows who is here.`
  return [
    '',
    'For a guest on the local network, such as a phone:',
    '',
    ...guestLinkLines(context, guestLink()),
    more,
    '',
  ]
}
