/**
 * The app `directory`: the room says who may write, and what is in the directory is no part of its history or state. See
 * `protocols/directory`.
 */
import { DIRECTORY_APP } from '../../../protocols/directory/constants.ts'
import { defineApp } from '../define-app.ts'

export const directory = defineApp({
  name: DIRECTORY_APP,
  initial: () => ({}),
  kinds: {},
  reduce: (state) => state,
  commutes: true,
})
