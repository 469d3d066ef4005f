/** Gossip with libp2p's gossipsub; every payload is validated before it is passed on. */
import { hash } from 'node:crypto'
import { TopicValidatorResult, gossipsub } from '@libp2p/gossipsub'
import type { GossipSub, GossipSubComponents, Message } from '@libp2p/gossipsub'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { Gossip, GossipVerdict } from './host.ts'
import { MAX_GOSSIP_QUEUE_BYTES, MAX_GOSSIP_RPC_BYTES, MAX_REJECT_RECORDS, REJECT_HALF_LIFE_MS } from './constants.ts'

const RESULTS: Record<GossipVerdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/** Counts rejected payloads by sender; counts halve every minute. */
export class RejectCounter {
  readonly #records = new Map<string, { count: number; atMs: number }>()

  add(peer: string, nowMs: number): void {
    const count = this.count(peer, nowMs) + 1
    this.#records.delete(peer)
    this.#records.set(peer, { count, atMs: nowMs })
    const [oldest] = this.#records.keys()
    if (this.#records.size > MAX_REJECT_RECORDS && oldest !== undefined) this.#records.delete(oldest)
  }

  count(peer: string, nowMs: number): number {
    const record = this.#records.get(peer)
    return record === undefined ? 0 : record.count * 2 ** (-(nowMs - record.atMs) / REJECT_HALF_LIFE_MS)
  }
}

/** The libp2p service. Documents are signed, so gossip messages are not, and equal payloads are one message. */
export function gossipService(rejects: RejectCounter): (components: GossipSubComponents) => GossipSub {
  return gossipsub({
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: ({ data }: Message) => hash('sha256', data, 'buffer'),
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    fallbackToFloodsub: false,
    maxInboundDataLength: MAX_GOSSIP_RPC_BYTES,
    maxOutboundBufferSize: MAX_GOSSIP_QUEUE_BYTES,
    scoreParams: {
      // Many users share one address: a household, or several profiles on one machine.
      IPColocationFactorWeight: 0,
      // gossipsub scores invalid messages only on topics with their own parameters, and our topics come and go.
      // With a weight of 10, eight rejected payloads in a minute reach its graylist at -80.
      appSpecificScore: (peer) => -rejects.count(peer, monotonicMs()),
    },
  })
}

/** Implements Gossip with the service. `onError` receives the errors of publishing. */
export function createGossip(pubsub: GossipSub, rejects: RejectCounter, onError: (error: unknown) => void): Gossip {
  return {
    subscribe(topic, validate) {
      pubsub.topicValidators.set(topic, (from, { data }) => {
        const verdict = validate(data, from.toString() as PeerId)
        if (verdict === 'reject') rejects.add(from.toString(), monotonicMs())
        return RESULTS[verdict]
      })
      pubsub.subscribe(topic)
    },
    unsubscribe(topic) {
      pubsub.unsubscribe(topic)
      pubsub.topicValidators.delete(topic)
    },
    publish(topic, payload) {
      pubsub.publish(topic, payload).catch(onError)
    },
    subscribers(topic) {
      return pubsub.getSubscribers(topic).map((peer) => peer.toString() as PeerId)
    },
  }
}
