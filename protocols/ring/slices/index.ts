/**
 * Slices: parts of the ring that a node keeps equal with the other nodes that hold them. `SlicesMachine` finds what either
 * side lacks and moves it; README.md specifies the records.
 */
export { SlicesMachine, type SlicesInit } from './machine.ts'
export { MAX_HOLDERS } from './constants.ts'
export { common, contains, sizeOf, type Part } from './parts.ts'
export type {
  Holder,
  PlacedItem,
  SlicesCommand,
  SlicesEffect,
  SlicesEvent,
  SlicesInput,
  SlicesPorts,
  SlicesTimer,
  SlicesWrite,
} from './ports.ts'
export type {
  ChangedRecord,
  EndRecord,
  ItemsRecord,
  MoreRecord,
  OpenRecord,
  SlicesRecord,
  SymbolsRecord,
  TakenRecord,
  WantRecord,
} from './records.ts'
