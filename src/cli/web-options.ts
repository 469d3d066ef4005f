/** How `kith start` serves its page to others on the network. */
import type { Command } from 'commander'
import type { WebOptions } from '../api/guests/guest-server.ts'
import type { PublicOptions } from '../api/public/public-server.tsx'
import { given } from '../api/given.ts'
import type { ApiOptions, ApiServer } from '../api/server.ts'
import { guestLinkLines } from './commands/guests.ts'
import type { StartSettings } from './config.ts'
import type { Context } from './context.ts'
import { UsageError } from './exit.ts'
import { listOption } from './program.ts'
import { certificateOf, webAddressOf } from './web-address.ts'

/** A web server in front of it passes on what others may read. */
const PUBLIC_ADDRESS = '127.0.0.1:4090'

/** The flags, by the names that commander gives them. */
export interface WebFlags {
  web?: string
  webName?: string[]
  webCert?: string
  webKey?: string
  public?: string[]
  publicWeb?: string
}

export function addWebOptions(start: Command): Command {
  return start
    .option('--web <address>', 'serve a page for guests on the local network, e.g. 0.0.0.0:4081 (default: not)')
    .addOption(
      listOption('--web-name <name>', 'name of this machine that guests may ask for, e.g. home.local (repeatable)'),
    )
    .option('--web-cert <file>', 'PEM file with a certificate: the page for guests is encrypted')
    .option('--web-key <file>', 'PEM file with the key of that certificate')
    .addOption(listOption('--public <room>', 'serve a room in public, for reading, by name or id (repeatable)'))
    .option(
      '--public-web <address>',
      `where public rooms are served (default: ${PUBLIC_ADDRESS}, for this machine only)`,
    )
}

/** The settings that flags give. */
export function webSettingsOf(flags: WebFlags): StartSettings {
  const { web, webName, webCert, webKey, public: shown, publicWeb } = flags
  return {
    ...(shown === undefined ? {} : { public: shown }),
    ...(publicWeb === undefined ? {} : { publicWeb }),
    ...(web === undefined ? {} : { web }),
    ...(webName === undefined ? {} : { webNames: webName }),
    ...(webCert === undefined ? {} : { webCert }),
    ...(webKey === undefined ? {} : { webKey }),
  }
}

/** Where the page for guests is to be served; undefined for nowhere. Throws a UsageError. */
function webOptionsOf({ web, webNames, webCert, webKey }: StartSettings): WebOptions | undefined {
  const tls = certificateOf(webCert, webKey)
  if (web !== undefined) {
    return { ...webAddressOf(web, '--web'), ...(webNames && { names: webNames }), ...(tls && { tls }) }
  }
  if (tls !== undefined || webNames !== undefined)
    throw new UsageError('--web-name, --web-cert and --web-key need --web.')
  return undefined
}

/** What is to be served in public; undefined for nothing. Throws a UsageError. */
function publicOptionsOf({ public: rooms = [], publicWeb }: StartSettings): PublicOptions | undefined {
  if (rooms.length > 0) return { ...webAddressOf(publicWeb ?? PUBLIC_ADDRESS, '--public-web'), rooms }
  if (publicWeb !== undefined) throw new UsageError('--public-web needs a room: --public ROOM.')
  return undefined
}

/** Where public rooms are read. */
export function publicFields({ publicUrl }: ApiServer): [string, string][] {
  return publicUrl === undefined ? [] : [['In public', publicUrl]]
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

/** Settings in two: what is served to others, and everything else. Throws a UsageError. */
export function splitServed<Settings extends WebSettings>(
  settings: Settings,
): {
  served: Pick<ApiOptions, 'web' | 'public'>
  options: Omit<Settings, keyof WebSettings>
} {
  const { web, webNames, webCert, webKey, public: rooms, publicWeb, ...options } = settings
  const guests = webOptionsOf(given({ web, webNames, webCert, webKey }))
  const open = publicOptionsOf(given({ public: rooms, publicWeb }))
  return { served: { ...(guests && { web: guests }), ...(open && { public: open }) }, options }
}

type WebSettings = Pick<StartSettings, 'web' | 'webNames' | 'webCert' | 'webKey' | 'public' | 'publicWeb'>
