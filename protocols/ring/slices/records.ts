/**
 * The records of slices. The opener is the one of both whose slice it is, and `slice` its number for it: in what the
 * answerer sends, too.
 */
import type { Part } from './parts.ts'

/** Opener: what do you hold in a part of the ring? */
export interface OpenRecord {
  type: 'open'
  slice: number
  part: Part
  /** 16 bytes. */
  nonce: Uint8Array
  /** The answerer's in the last comparison of this slice, if the same key will do; otherwise empty. */
  answererNonce: Uint8Array
  /** Symbols asked for: those before this one. */
  end: number
}

/** Answerer: the symbols that were asked for. */
export interface SymbolsRecord {
  type: 'symbols'
  slice: number
  /** The answerer's, 16 bytes. */
  nonce: Uint8Array
  first: number
  symbols: Uint8Array
}

/** Opener: more symbols, those before `end`. */
export interface MoreRecord {
  type: 'more'
  slice: number
  end: number
}

/** Opener: the items with these checksums. */
export interface WantRecord {
  type: 'want'
  slice: number
  checksums: readonly number[]
}

/** Answerer: items that are wanted, as many as fit. Opener: items that the answerer lacks. */
export interface ItemsRecord {
  type: 'items'
  slice: number
  isOpener: boolean
  items: readonly Uint8Array[]
}

/** Answerer: it has dealt with the opener's items. */
export interface TakenRecord {
  type: 'taken'
  slice: number
  /** How many of them it keeps. */
  kept: number
}

/** The comparison is over. The answerer: it cannot, for now. The opener: complete, or given up. */
export interface EndRecord {
  type: 'end'
  slice: number
  isOpener: boolean
  isRefused: boolean
}

/** Answerer: something came into the part since it was compared. */
export interface ChangedRecord {
  type: 'changed'
  slice: number
}

export type SlicesRecord =
  OpenRecord | SymbolsRecord | MoreRecord | WantRecord | ItemsRecord | TakenRecord | EndRecord | ChangedRecord

/** A record without the number of its slice. */
export type Unnumbered<Item extends SlicesRecord> = Item extends SlicesRecord ? Omit<Item, 'slice'> : never
