/**
 * Draws the icons with which the page is installed from its own, `src/web/public/icon.svg`, in the system's Chromium.
 * To be run when that changes: node scripts/draw-icons.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { requireChromium } from './chromium.ts'

const FOLDER = join(import.meta.dirname, '../src/web/public')

/** Systems cut maskable icons to a shape: the middle, four fifths of the width, always stays. */
const ICONS = [
  { name: 'icon-192.png', size: 192, isMaskable: false },
  { name: 'icon-512.png', size: 512, isMaskable: false },
  { name: 'icon-maskable-512.png', size: 512, isMaskable: true },
]

const svg = readFileSync(join(FOLDER, 'icon.svg'), 'utf8')

/** Fills the whole square, with what is drawn on it smaller. */
function maskable(source: string): string {
  return source
    .replace(/ rx="\d+"/, '')
    .replace(/(<circle[\s\S]*)(<\/svg>)/, '<g transform="translate(3 3) scale(.8125)">$1</g>$2')
}

const browser = await chromium.launch({ executablePath: requireChromium(), args: ['--no-sandbox'] })
try {
  for (const { name, size, isMaskable } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    const drawn = (isMaskable ? maskable(svg) : svg).replace('<svg', `<svg width="${size}" height="${size}"`)
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${drawn}`)
    writeFileSync(join(FOLDER, name), await page.screenshot({ omitBackground: true }))
    await page.close()
  }
} finally {
  await browser.close()
}
