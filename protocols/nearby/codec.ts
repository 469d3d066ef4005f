/** Encodes records of announced rooms as frames and back. Decoding is bounded and throws on malformed frames. */
import { SEED_BYTES } from '../wire/crypto.ts'
import { checkForm } from '../wire/form.ts'
import { decodeIds, encodeIds, wireBytes } from '../wire/id-codec.ts'
import { MAX_OFFERED_NAME_BYTES, MAX_OFFERS } from './constants.ts'
import { NearbyFrame, NearbyFrameForm, type Offer as OfferMessage } from './messages.ts'
import type { NearbyRecord, Offer, OfferedAccess, OffersRecord } from './records.ts'

/** By their numbers. */
const OFFERED_ACCESS: readonly OfferedAccess[] = ['open', 'public-read', 'private']

const NOTHING = new Uint8Array(0)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A frame for each record. */
export function encodeFrames(records: readonly NearbyRecord[]): Uint8Array[] {
  return records.map((record) =>
    NearbyFrame.encode(record.type === 'ask' ? { ask: { serial: record.serial } } : { offers: encodeOffers(record) }),
  )
}

function encodeOffers({ serial, from, offers }: OffersRecord): NonNullable<NearbyFrame['offers']> {
  const encoded = offers.slice(0, MAX_OFFERS).map(({ room, name, app, access, invite }): OfferMessage => {
    const [roomDigest = NOTHING] = encodeIds([room])
    const [act = NOTHING] = invite === undefined ? [] : encodeIds([invite.act])
    return {
      ...{ room: roomDigest, name: encodeText(name), app: encodeText(app), access: OFFERED_ACCESS.indexOf(access) },
      ...{ seed: invite === undefined ? NOTHING : wireBytes(invite.seed), act },
    }
  })
  return { serial, from: encodeText(from), offers: encoded }
}

/** Decodes a frame; throws on malformed bytes, wrong lengths or too many elements. Skips unknown fields. */
export function decodeFrame(bytes: Uint8Array): NearbyRecord[] {
  checkForm(bytes, NearbyFrameForm)
  const { ask, offers } = NearbyFrame.decode(bytes)
  return [
    ...(ask === undefined ? [] : [{ type: 'ask' as const, serial: ask.serial }]),
    ...(offers === undefined
      ? []
      : [
          {
            ...{ type: 'offers' as const, serial: offers.serial },
            from: offers.from.length === 0 && offers.offers.length === 0 ? '' : decodeName(offers.from),
            offers: offers.offers.flatMap(decodeOffer),
          },
        ]),
  ]
}

/** None for a room of a kind that a later version has. */
function decodeOffer({ room, name, app, access, seed, act }: OfferMessage): Offer[] {
  const [roomId] = decodeIds([room])
  const hasInvite = seed.length > 0 || act.length > 0
  if (hasInvite && seed.length !== SEED_BYTES) throw new RangeError('the seed of an invite has another length')
  const [actId] = hasInvite ? decodeIds([act]) : []
  const offered = OFFERED_ACCESS[access]
  const names = { name: decodeName(name), app: decodeName(app) }
  if (roomId === undefined || offered === undefined) return []
  return [{ room: roomId, ...names, access: offered, ...(actId && { invite: { seed, act: actId } }) }]
}

function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return wireBytes(new TextEncoder().encode(text))
}

/** A name such as a room may have. */
function decodeName(bytes: Uint8Array): string {
  const text = bytes.length > MAX_OFFERED_NAME_BYTES ? '' : utf8.decode(bytes)
  if (text.trim() === '' || /\p{Cc}/u.test(text)) {
    throw new RangeError(`a name has 1 to ${MAX_OFFERED_NAME_BYTES} bytes, something that is no blank, and no controls`)
  }
  return text
}
