/** The part of the `multicast-dns` package that Kith uses; the package has no types of its own. */
declare module 'multicast-dns' {
  import type { EventEmitter } from 'node:events'
  import type { RemoteInfo } from 'node:dgram'

  export interface Question {
    name: string
    type: string
  }

  export interface Answer {
    name: string
    type: string
    class?: string
    ttl?: number
    /** PTR: a name; TXT: one or more strings; other types: other values. */
    data: unknown
  }

  export interface Packet {
    questions: Question[]
    answers: Answer[]
    additionals: Answer[]
  }

  export interface Options {
    /** Local IPv4 address of the interface to join and to send through. */
    interface: string
    /** Local address to bind to. */
    bind: string
    port?: number
  }

  interface Events {
    ready: []
    error: [error: Error]
    warning: [error: Error]
    query: [packet: Packet, from: RemoteInfo]
    response: [packet: Packet, from: RemoteInfo]
  }

  export interface MulticastDns extends EventEmitter<Events> {
    query(packet: { questions: Question[] }, callback: (error?: Error | null) => void): void
    respond(
      packet: { answers: Answer[]; additionals: Answer[] },
      to: undefined,
      callback: (error?: Error | null) => void,
    ): void
    destroy(callback?: () => void): void
  }

  export default function multicastDns(options: Options): MulticastDns
}
