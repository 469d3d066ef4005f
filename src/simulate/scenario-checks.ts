/** The checks that a scenario asks for, in addition to those for every network. */
import { grouped } from '../grouped.ts'
import type { Life } from './life.ts'
import { atRank, type Delivery } from './recording.ts'
import type { Scenario } from './scenario.ts'
import { formatDuration, formatSize } from './units.ts'

/** Failed checks, one line each. */
export function missedChecks(scenario: Scenario, life: Life): string[] {
  return [
    ...missedBytes(scenario, life),
    ...life.files.violations(),
    ...missedDeliveries(scenario, life),
    ...missedFiles(scenario, life),
    ...missedRecords(scenario, life),
    ...missedTimes(scenario, life),
    ...tooManyCopies(scenario, life),
    ...missedRefusals(scenario, life),
    ...missedPaths(scenario, life),
    ...linkedNodes(scenario, life),
  ]
}

function missedBytes({ checks: { maxBytes } }: Scenario, { network: { sentBytes } }: Life): string[] {
  if (maxBytes === undefined || sentBytes <= maxBytes) return []
  return [`${formatSize(sentBytes)} sent, but only ${formatSize(maxBytes)} allowed`]
}

function missedDeliveries(
  { checks, durationMs }: Scenario,
  { recording, expectedDeliveries: expected }: Life,
): string[] {
  if (checks.deliveredInLife === undefined) return []
  const inLife = recording.deliveries.filter(({ arrivedMs }) => arrivedMs <= durationMs).length
  if (inLife >= checks.deliveredInLife * expected) return []
  const part = (inLife / expected).toFixed(3)
  return [`${part} of the deliveries happened in the main phase, less than ${checks.deliveredInLife}`]
}

function missedFiles({ checks: { fetchedInLife } }: Scenario, { files }: Life): string[] {
  const { wanted, inLife } = files.totals()
  if (fetchedInLife === undefined || inLife >= fetchedInLife * wanted) return []
  return [`${inLife} of ${wanted} wanted files arrived in the main phase, less than ${fetchedInLife}`]
}

function missedRecords({ checks: { deliveredBy } }: Scenario, { recording: { deliveries } }: Life): string[] {
  return [...deliveredBy].flatMap(([record, part]) => {
    const count = deliveries.filter((delivery) => delivery.record === record).length
    if (count >= part * deliveries.length) return []
    return [`${grouped(count)} of ${grouped(deliveries.length)} deliveries came by ${record}, less than ${part}`]
  })
}

function missedTimes({ checks: { deliveryTimes } }: Scenario, { recording }: Life): string[] {
  const times = recording.deliveryTimesMs()
  return deliveryTimes.flatMap(({ part, maxMs }) => {
    const tookMs = atRank(times, part)
    if (tookMs <= maxMs) return []
    return [`${part} of the deliveries took up to ${formatDuration(tookMs)}, longer than ${formatDuration(maxMs)}`]
  })
}

function tooManyCopies({ checks: { maxCopies } }: Scenario, { files, recording: { fileBytes } }: Life): string[] {
  const { neededBytes } = files.totals()
  if (maxCopies === undefined || fileBytes <= maxCopies * neededBytes) return []
  return [
    `${formatSize(fileBytes)} of blocks arrived for ${formatSize(neededBytes)} needed, more than ${maxCopies} times as much`,
  ]
}

function missedRefusals({ checks: { refused } }: Scenario, { network: { misbehaviour } }: Life): string[] {
  return refused.flatMap((code) => (misbehaviour.has(code) ? [] : [`nobody was refused for ${code}`]))
}

function missedPaths({ checks: { paths }, nodes }: Scenario, { recording }: Life): string[] {
  const nameOf = (node: number | undefined): string => (node === undefined ? '' : (nodes[node]?.name ?? ''))
  return paths.flatMap((path) => {
    const [author] = path
    const wanted = path.join()
    const last = path.at(-1)
    const deliveredTo = new Map<string, Delivery>()
    for (const delivery of recording.deliveries) deliveredTo.set(`${delivery.document} ${delivery.to}`, delivery)
    const taken = recording.documents.flatMap((document, number) =>
      document.author === author ? [pathTo(last, number, author, deliveredTo)] : [],
    )
    const other = taken.find((nodesOnPath) => nodesOnPath.join() !== wanted)
    const wantedNames = path.map(nameOf).join(' → ')
    if (taken.length === 0) return [`${nameOf(author)} wrote nothing that could go ${wantedNames}`]
    if (other === undefined) return []
    return [`a document of ${nameOf(author)} went ${other.map(nameOf).join(' → ')} instead of ${wantedNames}`]
  })
}

/** The nodes through which a document came to one; begins with the author if it came at all. */
function pathTo(
  node: number | undefined,
  document: number,
  author: number | undefined,
  deliveredTo: ReadonlyMap<string, Delivery>,
): number[] {
  const path: number[] = []
  for (let at = node; at !== undefined;) {
    path.unshift(at)
    at = at === author ? undefined : deliveredTo.get(`${document} ${at}`)?.from
  }
  return path
}

function linkedNodes({ checks: { neverLinked }, nodes }: Scenario, { recording }: Life): string[] {
  return neverLinked
    .filter(([a, b]) => recording.linked.has(`${Math.min(a, b)}-${Math.max(a, b)}`))
    .map(([a, b]) => `${nodes[a]?.name} and ${nodes[b]?.name} were linked`)
}
