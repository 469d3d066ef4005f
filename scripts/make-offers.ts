/**
 * Writes the terminal's list of the commands that the built-in apps offer. It is separate data, because the
 * terminal sees nothing behind the API, and loading the apps takes longer than a whole command.
 */
import { format, resolveConfig } from 'prettier'
import { builtInApps } from '../src/apps/index.ts'
import { writeGenerated } from './generated-file.ts'

const TARGET = 'src/api/built-in-offers.ts'

const offers = Object.fromEntries(builtInApps.map((app) => [app.name, app.offers]))
const code = `/** What the built-in apps offer, by app. Written by \`npm run generate\` from src/apps. */
import type { CommandDescriptions } from '../kith.ts'

export const builtInOffers: Readonly<Record<string, CommandDescriptions>> = ${JSON.stringify(offers)}
`
const style = await resolveConfig(TARGET)
writeGenerated(TARGET, await format(code, { ...style, filepath: TARGET }), 'src/apps')
