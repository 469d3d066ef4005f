/**
 * Writes docs/api/*.api.md: the declarations that each entry of the package exports, so that a change of
 * the public API shows in a diff. Builds the project first, because the reports come from the declarations
 * in dist/. With `--check` it writes nothing, and fails if a file is out of date.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor'
import { writeGenerated } from './generated-file.ts'
import { packageEntries, type PackageEntry } from './package-entries.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** What the report of an entry is called: `kith` for the package itself, `apps-chat` for `./protocols/apps/chat`. */
function nameOf({ subpath }: PackageEntry): string {
  return subpath === '.' ? 'kith' : subpath.replace(/^\.\/(protocols\/)?/, '').replaceAll('/', '-')
}

function configOf(name: string, types: string, folder: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: join(ROOT, types),
      compiler: { tsconfigFilePath: join(ROOT, 'tsconfig.json') },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: folder,
        reportTempFolder: folder,
        // Types of a neighbouring entry are shown, too: a change of them is one of this entry.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
    },
  })
}

/** Throws if the declarations have a fault. */
function extract(config: ExtractorConfig, compilerState: CompilerState): void {
  const faults: string[] = []
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback(message: ExtractorMessage) {
      message.handled = true
      if (message.logLevel === ExtractorLogLevel.Error) faults.push(message.text)
    },
  })
  if (faults.length > 0) throw new Error(`${config.mainEntryPointFilePath}: ${faults.join('\n')}`)
}

execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
const folder = mkdtempSync(join(tmpdir(), 'kith-api-report-'))
try {
  const reports = packageEntries().map((entry) => {
    const name = nameOf(entry)
    return { name, config: configOf(name, entry.types, folder) }
  })
  const [first, ...others] = reports.map(({ config }) => config)
  if (first === undefined) throw new Error('the package has no entries')
  // The compiler reads all entries at once, because it takes longer than everything else.
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: others.map((config) => config.mainEntryPointFilePath),
  })
  for (const { name, config } of reports) {
    extract(config, compilerState)
    const report = readFileSync(join(folder, `${name}.api.md`), 'utf8')
    writeGenerated(`docs/api/${name}.api.md`, report, 'the public face of the library')
  }
} finally {
  rmSync(folder, { recursive: true })
}
