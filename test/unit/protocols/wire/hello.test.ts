/** Hellos as bytes. */
import { describe, expect, it } from 'vitest'
import { MAX_VERSIONS } from '../../../../protocols/wire/limits.ts'
import { decodeHello } from '../../../../protocols/wire/hello.ts'
import { Hello } from '../../../../protocols/wire/messages.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface HelloVector {
  name?: string
  versions: number[]
  creditBytes: number
  frame: string
}

const { hellos, lenientHellos, refusedHellos, unusualHellos } = readVectors<{
  hellos: HelloVector[]
  lenientHellos: HelloVector[]
  unusualHellos: { name: string; frame: string }[]
  refusedHellos: { name: string; frame: string; fault: string }[]
}>('wire/vectors/frames.json')

describe('a hello', () => {
  it.each(hellos)('of versions $versions and credit $creditBytes is its bytes and back', (vector) => {
    const { versions, creditBytes, frame } = vector
    expect(toHex(Hello.encode({ versions, creditBytes }))).toBe(frame)
    expect(decodeHello(fromHex(frame))).toEqual({ versions, creditBytes })
  })

  it.each(lenientHellos)('is read all the same: $name', ({ versions, creditBytes, frame }) => {
    expect(decodeHello(fromHex(frame))).toEqual({ versions, creditBytes })
  })

  it.each(refusedHellos.filter(({ fault }) => fault === 'bad-frame'))('is refused: $name', ({ frame }) => {
    expect(() => decodeHello(fromHex(frame))).toThrow(Error)
  })

  it.each(unusualHellos)('is refused although some decoders read it: $name', ({ frame }) => {
    expect(() => decodeHello(fromHex(frame))).toThrow(RangeError)
  })

  it('names up to MAX_VERSIONS', () => {
    const versions = Array.from({ length: MAX_VERSIONS }, (_, index) => index + 1)
    expect(decodeHello(Hello.encode({ versions, creditBytes: 0 })).versions).toEqual(versions)
    expect(() => decodeHello(Hello.encode({ versions: [...versions, 11], creditBytes: 0 }))).toThrow('too many')
  })
})
