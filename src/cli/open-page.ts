/** Opens the page in the browser of a desktop. */
import type { Terminal } from './terminal.ts'

/** Whether whoever started the node sits at a desktop: at a terminal of this machine, with windows beside it. */
export function isAtDesktop({ stdout, env }: Pick<Terminal, 'stdout' | 'env'>, platform: NodeJS.Platform): boolean {
  if (stdout.isTTY !== true || isSet(env.SSH_CONNECTION) || isSet(env.SSH_TTY) || isSet(env.CI)) return false
  return platform === 'darwin' || platform === 'win32' || isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY)
}

/** Nothing depends on it: the link stands in the terminal, too. */
export async function openPage(url: string): Promise<void> {
  const { default: open } = await import('open')
  const opener = await open(url).catch(() => undefined)
  opener?.on('error', () => {})
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
