/** The nodes of a scenario file, by name. */
import type { ScenarioNode } from './scenario.ts'
import type { NodePair } from './topology.ts'
import type { YamlValue } from './yaml-value.ts'

export class NodeNames {
  readonly count: number
  readonly #numbers: ReadonlyMap<string, number>

  constructor(nodes: readonly ScenarioNode[]) {
    this.count = nodes.length
    this.#numbers = new Map(nodes.map(({ name }, index) => [name, index]))
  }

  /** The numbers of all nodes. */
  get all(): number[] {
    return [...this.#numbers.values()]
  }

  one(value: YamlValue): number {
    return this.named(String(value.value), value)
  }

  /** The number of a node; notes a mistake in `where` if no node has that name. */
  named(name: string, where: YamlValue): number {
    const index = this.#numbers.get(name)
    if (index === undefined) where.expected(`the name of a node (${this.#some()})`)
    return index ?? 0
  }

  list(value: YamlValue): number[] {
    return value.list('a list of nodes').map((name) => this.one(name))
  }

  pair(value: YamlValue): NodePair {
    const [a, b, ...more] = this.list(value)
    if (a === undefined || b === undefined || more.length > 0 || a === b) value.expected('a list of two nodes')
    return [a ?? 0, b ?? 0]
  }

  #some(): string {
    const names = [...this.#numbers.keys()]
    return names.length > 8 ? `${names.slice(0, 3).join(', ')} … ${names.at(-1)}` : names.join(', ')
  }
}
