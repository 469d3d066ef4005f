/** Hellos as bytes. */
import { describe, expect, it } from 'vitest'
import { MAX_VERSIONS } from '../../../../protocols/wire/limits.ts'
import { Hello } from '../../../../protocols/wire/messages.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface HelloVector {
  name?: string
  versions: number[]
  creditBytes: number
  frame: string
}

const { hellos, hellosWithUnknownFields, refusedHellos } = readVectors<{
  hellos: HelloVector[]
  hellosWithUnknownFields: HelloVector[]
  refusedHellos: { name: string; frame: string; fault: string }[]
}>('wire/vectors/frames.json')

describe('a hello', () => {
  it.each(hellos)('of versions $versions and credit $creditBytes is its bytes and back', (vector) => {
    const { versions, creditBytes, frame } = vector
    expect(toHex(Hello.encode({ versions, creditBytes }))).toBe(frame)
    expect(Hello.decode(fromHex(frame))).toEqual({ versions, creditBytes })
  })

  it.each(hellosWithUnknownFields)('is read despite an unknown field: $name', ({ versions, creditBytes, frame }) => {
    expect(Hello.decode(fromHex(frame))).toEqual({ versions, creditBytes })
  })

  it.each(refusedHellos.filter(({ fault }) => fault === 'bad-frame'))('is refused: $name', ({ frame }) => {
    expect(() => Hello.decode(fromHex(frame))).toThrow(Error)
  })

  it('names up to MAX_VERSIONS', () => {
    const versions = Array.from({ length: MAX_VERSIONS }, (_, index) => index + 1)
    expect(Hello.decode(Hello.encode({ versions, creditBytes: 0 })).versions).toEqual(versions)
    expect(() => Hello.decode(Hello.encode({ versions: [...versions, 11], creditBytes: 0 }))).toThrow('too many')
  })
})
