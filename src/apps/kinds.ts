/** Kinds of documents whose body is a text or a JSON value. */
import { KithError, type JsonValue, type Kind, type SchemaResult, type StandardSchema } from '../kith.ts'
import { decodeJson, decodeText, encodeJson, encodeText } from './body.ts'

/**
 * A few pages of text; anything larger should be a file. It is part of the rules of every kind without its
 * own limit.
 */
export const DEFAULT_BODY_BYTES = 16 * 1024

/** Options of a kind. */
export interface KindOptions {
  /** Longer bodies are ignored. Default: 16 KiB. */
  maxBytes?: number
}

/** Decides which values are valid: returns the value, or undefined, or throws. Must decide the same on every node. */
export type Parse<From, To> = (value: From) => To | undefined

/** A kind whose body is text in UTF-8. A schema or function may restrict or transform it. */
export function text(options?: KindOptions): Kind<string>
export function text<Value>(
  valid: StandardSchema<string, Value> | Parse<string, Value>,
  options?: KindOptions,
): Kind<Value, string>
export function text(
  first: StandardSchema<string> | Parse<string, unknown> | KindOptions = {},
  second: KindOptions = {},
): Kind<unknown, string> {
  const hasRules = typeof first === 'function' || '~standard' in first
  if (hasRules) return kindOf(encodeText, decodeText, first, second)
  return kindOf(encodeText, decodeText, (value) => value, first)
}

/** A kind whose body is a JSON value in dag-cbor. A schema or function restricts or transforms it. */
export function json<Input, Value>(schema: StandardSchema<Input, Value>, options?: KindOptions): Kind<Value, Input>
export function json<Value>(parse: Parse<JsonValue, Value>, options?: KindOptions): Kind<Value>
export function json(
  valid: StandardSchema | Parse<JsonValue, unknown>,
  options: KindOptions = {},
): Kind<unknown, unknown> {
  return kindOf(encodeJson, decodeJson, valid, options)
}

function kindOf<Raw>(
  encode: (value: Raw) => Uint8Array,
  decode: (body: Uint8Array) => Raw | undefined,
  valid: StandardSchema | Parse<Raw, unknown>,
  { maxBytes = DEFAULT_BODY_BYTES }: KindOptions,
): Kind<unknown, Raw> {
  return {
    maxBytes,
    encode(value) {
      const body = encode(value)
      const { issues } = validate(valid, value)
      if (issues !== undefined) throw new KithError('bad-value', issues.map(({ message }) => message).join('; '))
      return body
    },
    decode(body) {
      const raw = decode(body)
      const result = raw === undefined ? undefined : validate(valid, raw)
      return result?.issues === undefined ? result?.value : undefined
    },
  }
}

function validate<Raw>(valid: StandardSchema | Parse<Raw, unknown>, raw: Raw): SchemaResult<unknown> {
  // The schemas of some libraries are functions, too.
  if ('~standard' in valid) {
    const result = valid['~standard'].validate(raw)
    if (result instanceof Promise) throw new TypeError('a kind cannot use an asynchronous schema')
    return result
  }
  try {
    const value = valid(raw)
    return value === undefined ? { issues: [{ message: 'the value is not valid' }] } : { value }
  } catch (error) {
    return { issues: [{ message: error instanceof Error ? error.message : String(error) }] }
  }
}
