/** Decodes each block once, and checks its signature once, for all nodes of a simulation. */
import { decodeDocument, isSignatureValid, type Document } from '../../protocols/document/document.ts'
import type { DocumentReader } from '../room/document-reader.ts'
import type { Arrival } from './traffic.ts'

interface Reading {
  document: Document
  /** Undefined until it is first asked for. */
  isSigned: boolean | undefined
}

/** A block as one node received it: a separate object over the memory that all nodes share. */
class ArrivedBlock extends Uint8Array<ArrayBufferLike> {
  /** A slice of it is an ordinary array of bytes. */
  static readonly [Symbol.species] = Uint8Array
  readonly arrival: Arrival
  readonly reading: Reading

  constructor(arrival: Arrival, reading: Reading) {
    const { block } = reading.document
    super(block.buffer, block.byteOffset, block.length)
    this.arrival = arrival
    this.reading = reading
  }
}

export class SharedReader implements DocumentReader {
  /** By the block that its author's node holds. */
  readonly #readings = new WeakMap<Uint8Array, Reading>()

  /** The copy for a node of a block that another node holds. Throws a DocumentError. */
  arriving(block: Uint8Array, arrival: Arrival): Uint8Array {
    return new ArrivedBlock(arrival, this.#read(block))
  }

  /** How a block came to the node that holds it; undefined if the node wrote it. */
  arrivalOf(block: Uint8Array): Arrival | undefined {
    return block instanceof ArrivedBlock ? block.arrival : undefined
  }

  decode(block: Uint8Array): Document {
    return { ...this.#read(block).document, block }
  }

  isSignatureValid({ block }: Document): boolean {
    const reading = this.#read(block)
    reading.isSigned ??= isSignatureValid(reading.document)
    return reading.isSigned
  }

  #read(block: Uint8Array): Reading {
    if (block instanceof ArrivedBlock) return block.reading
    let reading = this.#readings.get(block)
    if (reading === undefined) {
      reading = { document: decodeDocument(block), isSigned: undefined }
      this.#readings.set(block, reading)
    }
    return reading
  }
}
