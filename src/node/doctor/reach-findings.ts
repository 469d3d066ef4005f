/** What a diagnosis finds about the way in: whether others can open connections to this node. */
import type { DiagnosedPeer, DiagnosisFacts, Finding } from '../../kith.ts'
import { fine, namesOf, portOf, problem, unknown, warning } from './wording.ts'

const WORDS = { refused: 'refused', 'no-route': 'no route', 'no-answer': 'no answer' } as const

/** `wasAsked`: peers were asked to dial back. */
export function reachFindings({ node }: DiagnosisFacts, wasAsked: boolean): Finding[] {
  if (node === null) return []
  const elsewhere = node.peers.filter(({ connected, isHere }) => connected && !isHere)
  const isReached = ({ checkup, direction }: DiagnosedPeer): boolean =>
    checkup?.dialBack === 'reached' || (direction === 'inbound' && (checkup?.dialBack ?? null) === null)
  const reaching = elsewhere.filter(isReached)
  const failing = elsewhere.flatMap((peer) => {
    const dialBack = peer.checkup?.dialBack ?? null
    return dialBack === null || dialBack === 'reached' ? [] : [{ peer, dialBack }]
  })
  const ports = [...new Set(node.addresses.map(portOf))].join(' and ')
  const todo = `Allow TCP port ${ports} for incoming connections in the firewall of this machine, such as with sudo ufw allow ${ports.split(' ')[0] ?? ''}/tcp. Until then it only meets nodes that it can reach itself.`
  if (failing.length > 0) {
    const who = namesOf(failing.map(({ peer }) => peer))
    const how = [...new Set(failing.map(({ dialBack }) => WORDS[dialBack]))].join(', ')
    const what = `${who} cannot open a connection to port ${ports} of this node (${how})`
    if (reaching.length === 0) return [problem('port-closed', `${what}.`, todo)]
    return [warning('port-partly-closed', `${what}; ${namesOf(reaching)} can.`, todo)]
  }
  if (reaching.length > 0) return [fine('port-open', `${namesOf(reaching)} can open connections to this node.`)]
  if (!wasAsked) return []
  const why =
    elsewhere.length === 0
      ? 'no peer on another machine is connected'
      : `${namesOf(elsewhere)} did not say: ${elsewhere[0]?.checkup?.error ?? 'there were too many to ask'}`
  return [
    unknown(
      'port-unknown',
      `Nobody could tell whether others reach this node at port ${ports}: ${why}.`,
      `Run kith doctor there with one of this node's addresses, which kith id --json prints.`,
    ),
  ]
}
