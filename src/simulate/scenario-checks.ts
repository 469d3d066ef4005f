/** What a scenario asks for beside what must hold of every network. */
import type { Life } from './life.ts'
import type { Delivery } from './recording.ts'
import type { Scenario } from './scenario.ts'
import { formatSize } from './units.ts'

/** What is wrong, one line each. */
export function missedChecks(scenario: Scenario, life: Life): string[] {
  return [
    ...missedBytes(scenario, life),
    ...missedDeliveries(scenario, life),
    ...missedPaths(scenario, life),
    ...linkedNodes(scenario, life),
  ]
}

function missedBytes({ checks: { maxBytes } }: Scenario, { network: { sentBytes } }: Life): string[] {
  if (maxBytes === undefined || sentBytes <= maxBytes) return []
  return [`${formatSize(sentBytes)} were sent, more than the ${formatSize(maxBytes)} that are allowed`]
}

function missedDeliveries(
  { checks, durationMs }: Scenario,
  { recording, expectedDeliveries: expected }: Life,
): string[] {
  if (checks.deliveredInLife === undefined) return []
  const inLife = recording.deliveries.filter(({ arrivedMs }) => arrivedMs <= durationMs).length
  if (inLife >= checks.deliveredInLife * expected) return []
  const part = (inLife / expected).toFixed(3)
  return [`${part} of the deliveries happened while the life lasted, less than ${checks.deliveredInLife}`]
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

/** The nodes over which a document came to one, its author first where it came at all. */
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
