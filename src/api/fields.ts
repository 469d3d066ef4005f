/** The forms of fields in the local API. */

/** JSON Schemas of the fields of an input, as far as this API needs them. */
export type FieldSchema = { readonly description?: string } & (
  | { readonly type: 'string'; readonly minLength?: number; readonly pattern?: string }
  | { readonly type: 'string'; readonly enum: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum?: number }
  | { readonly type: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'array'; readonly items: { readonly type: 'string'; readonly minLength?: number } }
  | { readonly type: 'object' }
)

export const TEXT = { type: 'string' } as const
export const FILLED = { type: 'string', minLength: 1 } as const
export const COUNT = { type: 'integer', minimum: 0 } as const
/** The owner's, the group's and everybody else's permissions, three bits each. */
export const UMASK = { type: 'integer', minimum: 0, maximum: 0o777 } as const
export const FLAG = { type: 'boolean' } as const
export const BASE64 = {
  type: 'string',
  pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
} as const
export const OBJECT = { type: 'object' } as const

export function oneOf<Word extends string>(
  ...words: Word[]
): { readonly type: 'string'; readonly enum: readonly Word[] } {
  return { type: 'string', enum: words }
}

/** A field with its meaning, for the description of the API in docs/api. */
export function field<const Schema extends FieldSchema>(
  description: string,
  schema: Schema,
): Schema & { description: string } {
  return { ...schema, description }
}

export const roomField = field('Id or name of the room, or a prefix of either if only one room matches.', FILLED)
export const fileField = field('Name or CID of the file, or the id of the document that links to it.', FILLED)
