/** Reads who may read and write in the rooms of a scenario, what users do about it, and who cheats. */
import { ACCESS_MODES } from '../../protocols/access/constants.ts'
import { CHEATS } from './cheats.ts'
import { readTimes, type Cast } from './read-workload.ts'
import {
  INVITED_ROLES,
  type Cheats,
  type InvitedRole,
  type RandomSteps,
  type Scenario,
  type Step,
  type StepAction,
} from './scenario.ts'
import type { YamlValue } from './yaml-value.ts'

/** The keys of a step that say what it does, each with a member. */
const MEMBER_KEYS = ['invite', 'remove', 'set', 'withdraw', 'hand-over'] as const

type AccessParts = Partial<Record<'access' | 'members' | 'membership' | 'cheats', YamlValue>>
type Members = Pick<Scenario, 'access' | 'roles' | 'steps' | 'randomSteps' | 'cheats'>

/** `access`, `members`, `membership` and `cheats`. */
export function readAccess({ access, members, membership, cheats }: AccessParts, cast: Cast, rooms: number): Members {
  const mode = access?.choice(['open', ...ACCESS_MODES]) ?? 'open'
  if (mode !== 'open' && rooms > 1) access?.problem('expected only with a single room')
  for (const value of mode === 'open' ? [members, membership, cheats] : []) {
    value?.problem("expected only with 'access: private' or 'access: public-read'")
  }
  const steps = (membership?.list('a list of what users do about members') ?? []).map((step) => readStep(step, cast))
  return {
    access: mode,
    roles: mode === 'open' ? new Map() : readRoles(members, cast),
    steps: steps.flatMap((step) => ('action' in step ? [step] : [])),
    randomSteps: steps.flatMap((step) => ('action' in step ? [] : [step])),
    cheats: (cheats?.list('a list of who cheats') ?? []).map((cheat) => readCheats(cheat, cast)),
  }
}

/** Writers, unless something else is said; `later`: nobody invites them at the start. */
function readRoles(value: YamlValue | undefined, { names, carriers }: Cast): Map<number, InvitedRole> {
  const others = names.all.slice(1).filter((node) => !carriers.has(node))
  const roles = new Map(others.map((node): [number, InvitedRole] => [node, 'writer']))
  if (value?.isObject === false) value.expected('a mapping of nodes to their roles')
  for (const [name, role] of value?.entries() ?? []) {
    const node = names.named(name, role)
    if (node === 0 || carriers.has(node)) role.problem('expected neither the first node, the owner, nor a carrier')
    const read = role.choice([...INVITED_ROLES, 'later'])
    if (read === undefined || read === 'later') roles.delete(node)
    else roles.set(node, read)
  }
  return roles
}

function readStep(value: YamlValue, cast: Cast): Step | RandomSteps {
  const { by, at, role, rekey, count, every, from, ...keys } = value.object([
    ...['by', 'at', 'role', 'rekey', 'count', 'every', 'from'],
    ...MEMBER_KEYS,
  ] as const)
  const { names, carriers } = cast
  const actions = [...MEMBER_KEYS.filter((key) => keys[key] !== undefined), ...(rekey === undefined ? [] : ['rekey'])]
  if (count && by && !at && !role && actions.length === 0) {
    const nodes = names.list(by)
    if (nodes.some((node) => carriers.has(node))) by.problem('expected no carrier: carriers are no members')
    return { by: nodes, ...readTimes(value, { count, every, from }, cast.durationMs) }
  }
  if (!by || !at || count || every || from || actions.length !== 1) {
    value.problem(
      `expected 'by', 'at' and one of ${[...MEMBER_KEYS, 'rekey'].map((key) => `'${key}'`).join(', ')}; or 'by', 'count' and 'every'`,
    )
  }
  const action = readAction(keys, role, cast)
  if (role && action.type !== 'invite' && action.type !== 'role') role.problem("expected only with 'invite' or 'set'")
  return { by: by ? names.one(by) : 0, atMs: at?.duration() ?? 0, action }
}

function readAction(
  { invite, remove, set, withdraw, 'hand-over': owner }: Partial<Record<(typeof MEMBER_KEYS)[number], YamlValue>>,
  role: YamlValue | undefined,
  { names, carriers }: Cast,
): StepAction {
  const member = (value: YamlValue): number => {
    const node = names.one(value)
    if (carriers.has(node)) value.problem('expected no carrier: carriers are no members')
    return node
  }
  const given = role?.choice(INVITED_ROLES) ?? 'writer'
  if (invite) return { type: 'invite', node: member(invite), role: given }
  if (set) return { type: 'role', node: member(set), role: given }
  if (remove) return { type: 'remove', node: member(remove) }
  if (withdraw) return { type: 'withdraw', node: member(withdraw) }
  return owner ? { type: 'owner', node: member(owner) } : { type: 'rekey' }
}

/** `{ node, how, count, every, from }`. */
function readCheats(value: YamlValue, { names, carriers, durationMs }: Cast): Cheats {
  const { node, how, ...times } = value.object(['node', 'how', 'count', 'every', 'from'])
  if (!node || !how) value.problem("expected 'node', 'how', 'count' and 'every'")
  const index = node ? names.one(node) : 0
  if (index === 0 || carriers.has(index)) {
    node?.problem('expected neither the first node, whom nobody can remove, nor a carrier')
  }
  return { node: index, how: how?.choice(CHEATS) ?? 'backdate', ...readTimes(value, times, durationMs) }
}
