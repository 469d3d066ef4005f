import { describe, expect, it } from 'vitest'
import { isAtDesktop } from '../../../src/cli/open-page.ts'

const stdout = Object.assign(Object.create(null) as NodeJS.WriteStream, { isTTY: true })

describe('the page is opened', () => {
  it.each([
    ['in a terminal with windows beside it', 'linux', { DISPLAY: ':0' }],
    ['also with Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }],
    ['on a Mac', 'darwin', {}],
    ['on Windows', 'win32', {}],
  ] as const)('%s', (_name, platform, env) => {
    expect(isAtDesktop({ stdout, env }, platform)).toBe(true)
  })

  it.each([
    ['on a machine without windows', 'linux', {}],
    ['with an empty variable', 'linux', { DISPLAY: '' }],
    ['from elsewhere', 'linux', { DISPLAY: ':10.0', SSH_CONNECTION: '10.0.0.2 1 10.0.0.1 22' }],
    ['from elsewhere on a Mac', 'darwin', { SSH_TTY: '/dev/ttys001' }],
    ['in a pipeline of builds', 'darwin', { CI: 'true' }],
  ] as const)('not %s', (_name, platform, env) => {
    expect(isAtDesktop({ stdout, env }, platform)).toBe(false)
  })

  it('not where nobody reads', () => {
    const piped = Object.assign(Object.create(null) as NodeJS.WriteStream, { isTTY: false })
    expect(isAtDesktop({ stdout: piped, env: { DISPLAY: ':0' } }, 'linux')).toBe(false)
  })
})
