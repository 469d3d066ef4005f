/** Records: the vectors in both directions, and bytes that are none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSigned, signRecord } from '../../../../protocols/directory/index.ts'
import { packRecord, readRecord, unpackRecord } from '../../../../protocols/directory/record.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'
import { entry, memberOf, removal, ROOM } from './members.ts'

interface RecordVector {
  name: string
  seed: string
  author: PeerId
  room: RoomId
  saying: { text: string; timeMs: number; link?: string; act?: string; isGone: boolean; of: PeerId }
  packed: string
  place: string
  row: string
}

interface Refused {
  name: string
  packed: string
}

const { valid, refused, unsigned } = readVectors<{ valid: RecordVector[]; refused: Refused[]; unsigned: Refused[] }>(
  'directory/vectors/records.json',
)

const hexOf = (place: string): string => Buffer.from(place, 'latin1').toString('hex')

describe('the vectors', () => {
  it.each(valid)('$name: is read', ({ author, room, saying, packed, place, row }) => {
    const record = readRecord(unpackRecord(fromHex(packed)))
    const { link, act } = saying
    expect(record).toMatchObject({
      author,
      text: saying.text,
      timeMs: saying.timeMs,
      isGone: saying.isGone,
      of: saying.of,
    })
    expect([record.link, record.act].map((bytes) => bytes && toHex(bytes))).toEqual([link, act])
    expect([record.place, record.row].map(hexOf)).toEqual([place, row])
    expect(isSigned(room, record)).toBe(true)
  })

  it.each(valid)('$name: is written', ({ seed, room, saying: { link, act, ...saying }, packed }) => {
    const bytes = { ...(link && { link: fromHex(link) }), ...(act && { act: fromHex(act) }) }
    const record = signRecord(room, { ...saying, ...bytes }, signerOfSeed(fromHex(seed)))
    expect(toHex(packRecord(record))).toBe(packed)
  })

  it.each(refused)('$name: is refused', ({ packed }) => {
    expect(() => readRecord(unpackRecord(fromHex(packed)))).toThrow(Error)
  })

  it.each(unsigned)('$name: is not signed', ({ packed }) => {
    expect(isSigned(ROOM, readRecord(unpackRecord(fromHex(packed))))).toBe(false)
    expect(isSigned(valid[0]!.room, readRecord(unpackRecord(fromHex(packed))))).toBe(false)
  })
})

it('bytes are a record, or refused with an error', () => {
  const packed = [entry('soup', memberOf('anna')), removal('soup', memberOf('anna'))].map(packRecord)
  fc.assert(
    fc.property(fc.constantFrom(...packed), fc.nat(), fc.nat({ max: 255 }), (bytes, at, byte) => {
      const changed = Uint8Array.from(bytes)
      changed[at % changed.length] = byte
      return isReadOrRefused(changed)
    }),
  )
})

function isReadOrRefused(packed: Uint8Array): boolean {
  try {
    return readRecord(unpackRecord(packed)).place.includes('\0')
  } catch (error) {
    return error instanceof Error
  }
}
