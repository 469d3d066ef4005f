/** What the node knows of how it is doing, in words, with what to do about it. */
import type { NodeStatus } from '../../../kith.ts'
import { counted } from '../../parts/bar.tsx'
import { sizeWords } from '../../parts/sizes.ts'
import { t } from '../../language/language.ts'

/** `trouble`: somebody has to do something; `hint`: good to know. */
export interface Advice {
  kind: 'trouble' | 'hint'
  text: string
}

const DISK_WORDS = {
  files: t('No more files are fetched until there is more space. Free some, or keep fewer files.'),
  documents: t('Nothing more is taken from others until there is more space. Free some.'),
  all: t('Nothing can be written until there is more space. Free some.'),
} as const

/** The worst first; empty if all is well. */
export function adviceOf(node: NodeStatus): Advice[] {
  return [...troubles(node), ...hints(node)]
}

function troubles({ disk, findings, faults, unanswered }: NodeStatus): Advice[] {
  const texts = [
    ...(disk === null || disk.paused === 'nothing'
      ? []
      : [`${t('The disk has {{size}} left.', { size: sizeWords(disk.freeBytes) })} ${DISK_WORDS[disk.paused]}`]),
    ...findings.map(sentence),
    ...(faults.length === 0
      ? []
      : [
          t(
            'This node met an error of its own, which is a bug of Kith. What it was handling had no effect. Please report it with what kith status --json prints.',
          ),
        ]),
    ...unanswered.map(({ address, error }) =>
      error === null
        ? t('Nobody has answered at {{address}} yet. The node goes on trying.', { address })
        : t(
            'Nobody answers at {{address}}: {{error}}. Is that machine on, and is this its address? The node goes on trying.',
            { address, error },
          ),
    ),
  ]
  return texts.map((text) => ({ kind: 'trouble', text }))
}

function hints({ addresses, connectedPeers, connections, refused, removed }: NodeStatus): Advice[] {
  const times = Object.values(refused).reduce((sum, count) => sum + count, 0)
  const reasons = Object.entries(refused).map(([reason, count]) => `${reason} ${counted(count)}`)
  const texts = [
    ...(connectedPeers > 0
      ? []
      : [
          t(
            'Nodes in one network find each other by themselves, unless the network keeps its devices apart, as guest networks do. Elsewhere, an invite tells where to find its sender.',
          ),
        ]),
    ...(addresses.every((address) => /^\/ip4\/127\.|^\/ip6\/::1\//.test(address))
      ? [t('Only this machine can reach this node. Its network may be off, or it was started to listen here only.')]
      : []),
    ...(connections.max > 0 && connections.open >= connections.max
      ? [t('All places for connections are taken. Those that are used least give way.')]
      : []),
    ...removed.map(({ name, by }) =>
      t('{{by}} removed you from {{room}}. What is here of it can still be read.', { by: by.name, room: name }),
    ),
    ...(times === 0
      ? []
      : [
          t(
            'Since the start, {{count, number}} things that others sent were refused: {{reasons}}. Nothing needs to be done.',
            { count: times, reasons: reasons.join(', ') },
          ),
        ]),
  ]
  return texts.map((text) => ({ kind: 'hint', text }))
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
