import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CID } from 'multiformats/cid'
import { MAX_ROOTS } from '../../../protocols/ensure-map/constants.ts'
import { EnsureMapMachine, type EnsureFailure } from '../../../protocols/ensure-map/index.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { KithError, type Ensured } from '../../../src/kith.ts'
import { Wants } from '../../../src/node/wants.ts'
import { makeFile, type MadeFile } from '../room/shared-files.ts'
import { coreOf, servicesOf, type TestCore } from './core.ts'

let core: TestCore
let wants: Wants
let room: RoomId

beforeEach(async () => {
  core = coreOf(0)
  wants = servicesOf(core).wants
  room = await newRoom()
})

async function newRoom(): Promise<RoomId> {
  const { room: id } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
  if (id === undefined) throw new Error('the room was not created')
  return id
}

/** Stores blocks, as if a peer had sent them. */
async function arrive(file: MadeFile, from = 0): Promise<void> {
  await core.command({ type: 'put-blocks', blocks: file.blocks.slice(from) })
}

/** A request that fails for a reason. */
async function fails(failure: EnsureFailure): Promise<Pick<Ensured, 'id' | 'done'>> {
  const { id } = makeFile(1, 1)
  const { done, noted } = wants.ensure(id)
  await noted
  const row = core.store.ensured(undefined, id)
  if (row === undefined) throw new Error('it was noted')
  wants.ended({ ...row, state: 'failed', failure })
  return { done, id }
}

describe('a request', () => {
  it('is stored first, and done once everything it depends on is here', async () => {
    const file = makeFile(1, 3)
    const request = wants.ensure(file.id, { room })
    await request.noted
    expect(request.status()).toMatchObject({
      ...{ id: file.id, room, state: 'searching', failure: null, pinned: true, known: 1, have: 0, missing: 1 },
    })
    await core.command({ type: 'put-blocks', blocks: file.blocks.slice(0, 2) })
    expect(request.status()).toMatchObject({ state: 'searching', known: 4, have: 2, missing: 2 })
    await arrive(file, 2)
    const bytes = file.blocks.reduce((sum, { block }) => sum + block.length, 0)
    const status = { state: 'complete', failure: null, known: 4, have: 4, missing: 0, bytes }
    expect(await request.done).toMatchObject(status)
    expect(request.status()).toMatchObject(status)
  })

  it('is done at once if everything is here, even when it is made again', async () => {
    const file = makeFile(1, 3)
    await arrive(file)
    for (let i = 0; i < 2; i++)
      expect(await wants.ensure(file.id).done).toMatchObject({ state: 'complete', room: null })
  })

  it('can be made by each form of an id', async () => {
    const { id } = makeFile(1, 3)
    const v0 = CID.parse(id).toV0().toString()
    expect(v0).toMatch(/^Qm/)
    const forms = [v0, `/ipfs/${v0}`, `ipfs://${id}`, id.toUpperCase(), ` "${id}".`]
    for (const form of forms) expect(wants.ensure(form).id, form).toBe(id)
    expect(wants.list()).toHaveLength(1)
  })

  it.each(['', 'soup.pdf', 'bafkrei', 'bafkrei\n', '../../etc/passwd', 'x'.repeat(10_000)])(
    'for %j is refused at once, in one short line',
    (id) => {
      const ensure = (): unknown => wants.ensure(id)
      expect(ensure).toThrow(expect.objectContaining({ name: 'KithError', code: 'bad-id' }))
      expect(ensure).toThrow(/^[^\n]{1,200}$/)
    },
  )

  it('in an unknown room is refused at once', () => {
    const { id } = makeFile(1, 1)
    for (const other of ['Kitchen', id, `${room}x`, '']) {
      const ensure = (): unknown => wants.ensure(id, { room: other })
      expect(ensure, other).toThrow(expect.objectContaining({ name: 'KithError', code: 'no-such-room' }))
    }
  })

  it.each<[string, RegExp, () => Promise<unknown>]>([
    ['quota', /unpin something/, async () => core.command({ type: 'limit-files', room, bytesMax: 10 })],
    [
      'too-many',
      /already looking for 200,000 blocks/,
      async () => vi.spyOn(EnsureMapMachine.prototype, 'searching', 'get').mockReturnValue(MAX_ROOTS),
    ],
  ])('that the node refuses (%s) is neither stored nor done', async (code, words, prepare) => {
    await prepare()
    const request = wants.ensure(makeFile(1, 1).id, { room, maxBytes: 11 })
    await expect(request.noted).rejects.toMatchObject({
      name: 'KithError',
      code,
      message: expect.stringMatching(words),
    })
    await expect(request.done).rejects.toMatchObject({ code })
    expect(request.status()).toMatchObject({ state: 'searching', known: 1, have: 0, bytes: 0 })
    vi.restoreAllMocks()
    expect(wants.list({ all: true })).toEqual([])
  })

  it.each<[EnsureFailure, RegExp]>([
    ['too-large', /more bytes/],
    ['too-many-blocks', /more blocks/],
    ['too-deep', /nested deeper/],
    ['bad-block', /is invalid/],
    ['unsupported-link', /does not support/],
  ])('that cannot be had says why: %s', async (failure, words) => {
    const { done, id } = await fails(failure)
    const error: unknown = await done.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'KithError', code: 'cannot-have', message: expect.stringMatching(words) })
    expect((error as KithError).message).toContain(id)
  })

  it('that failed for its size is made again with a larger limit', async () => {
    const file = makeFile(1, 3)
    await arrive(file)
    await expect(wants.ensure(file.id, { maxBytes: 100 }).done).rejects.toMatchObject({ code: 'cannot-have' })
    expect(wants.list()).toMatchObject([{ state: 'failed', failure: expect.stringContaining('more bytes') as string }])
    expect(await wants.ensure(file.id, { maxBytes: 10_000 }).done).toMatchObject({ state: 'complete' })
  })

  it('is settled when the node stops', async () => {
    const requests = [wants.ensure(makeFile(1, 1).id), wants.ensure(makeFile(2, 1).id, { room })]
    wants.rejectAll(new KithError('stopped', 'the node has stopped'))
    for (const { done } of requests) await expect(done).rejects.toMatchObject({ code: 'stopped' })
  })
})

describe('removing a want', () => {
  it('ends all requests for the same block, and none for another room', async () => {
    const { id } = makeFile(1, 1)
    const other = await newRoom()
    const [one, two, elsewhere] = [
      wants.ensure(id, { room }),
      wants.ensure(id, { room }),
      wants.ensure(id, { room: other }),
    ]
    await one.cancel()
    for (const { done } of [one, two]) {
      await expect(done).rejects.toMatchObject({ name: 'KithError', code: 'cancelled' })
    }
    expect(wants.list()).toMatchObject([{ id, room: other, state: 'searching' }])
    await arrive(makeFile(1, 1))
    expect(await elsewhere.done).toMatchObject({ state: 'complete' })
  })

  it('of one file leaves another the blocks that both need', async () => {
    const [part, other] = [makeFile(1, 1), makeFile(1, 3)]
    expect(other.blocks.map(({ id }) => id)).toContain(part.id)
    const [alone, whole] = [wants.ensure(part.id), wants.ensure(other.id)]
    await core.command({ type: 'put-blocks', blocks: other.blocks.slice(0, 1) })
    await alone.cancel()
    await arrive(other)
    expect(await whole.done).toMatchObject({ state: 'complete', have: 4 })
    expect(core.store.unneededBlocks(100).blocks).toEqual([])
  })

  it('needs the room only if it is wanted in several', async () => {
    const { id } = makeFile(1, 1)
    const other = await newRoom()
    for (const each of [room, other]) await wants.ensure(id, { room: each }).noted
    await expect(wants.unwant(id)).rejects.toMatchObject({ name: 'KithError', code: 'ambiguous' })
    await wants.unwant(id, { room: other })
    expect(wants.list()).toMatchObject([{ room }])
    await wants.unwant(id)
    expect(wants.list({ all: true })).toEqual([])
  })

  it('is possible for a room that was left, too', async () => {
    const { id } = makeFile(1, 1)
    await wants.ensure(id, { room }).noted
    await core.command({ type: 'leave', room })
    await wants.unwant(id, { room })
    expect(wants.list()).toEqual([])
  })

  it('of what is not wanted is refused', async () => {
    const { id } = makeFile(1, 1)
    await wants.ensure(id).noted
    for (const [text, options, code] of [
      [makeFile(2, 1).id, {}, 'no-such-want'],
      [id, { room }, 'no-such-want'],
      ['soup.pdf', {}, 'bad-id'],
    ] as const) {
      await expect(wants.unwant(text, options)).rejects.toMatchObject({ name: 'KithError', code })
    }
    expect(wants.list()).toHaveLength(1)
  })
})

describe('the list', () => {
  it('has what is incomplete, and everything on request', async () => {
    const [here, missing] = [makeFile(1, 2), makeFile(2, 2)]
    await arrive(here)
    for (const { id } of [here, missing]) await wants.ensure(id, { room, job: 'open' }).noted
    expect(wants.list()).toMatchObject([{ id: missing.id, state: 'searching', jobs: ['open'] }])
    expect(wants.list({ all: true }).map(({ id, state }) => [id, state])).toEqual([
      [here.id, 'complete'],
      [missing.id, 'searching'],
    ])
  })

  it('says so if nothing is fetched for lack of space', async () => {
    await wants.ensure(makeFile(1, 1).id).noted
    wants.isPaused = true
    expect(wants.list()).toMatchObject([
      { state: 'searching', failure: expect.stringContaining('disk is full') as string },
    ])
    wants.isPaused = false
    expect(wants.list()).toMatchObject([{ failure: null }])
  })

  it('is the same after a restart', async () => {
    const [here, missing] = [makeFile(1, 2), makeFile(2, 2)]
    await arrive(here)
    for (const { id } of [here, missing]) await wants.ensure(id, { room }).noted
    const again = new Wants(coreOf(0, core.store))
    expect(again.list({ all: true })).toEqual(wants.list({ all: true }))
  })
})
