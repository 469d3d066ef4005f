import { describe, expect, it } from 'vitest'
import { requireInvite } from '../../../src/cli/held-invite.ts'
import { KithError, type HeldInvite, type Invite, type RoomDetails } from '../../../src/kith.ts'

const invite: Invite = {
  ...{ id: 'bafyinvite', role: 'writer', madeMs: 0, by: { peer: '12D3KooWAnna', name: 'Anna' } },
  ...{ expiresMs: 1, uses: 1, usedBy: [{ peer: '12D3KooWBob', name: 'Bob' }], status: 'open' },
}

function messageFor(status: HeldInvite['status'], details: Partial<RoomDetails> = {}, of = invite): string {
  const room = { id: 'bafyreiroom', name: 'Family', role: 'none', invited: { status, invite: of }, ...details }
  try {
    requireInvite(room as RoomDetails)
    return ''
  } catch (error) {
    if (!(error instanceof KithError) || error.code !== 'bad-invite') throw error
    return error.message
  }
}

describe('an invite that was not accepted', () => {
  it('is no problem while it is awaited, nor if there is none', () => {
    expect(messageFor('awaited')).toBe('')
    expect(messageFor('withdrawn', { invited: null })).toBe('')
  })

  it.each([
    ['withdrawn', 'The invite to Family was withdrawn. Ask Anna or another admin for a new one.'],
    ['used-up', 'The invite to Family is used up: Bob accepted it. Ask Anna'],
    ['refused', 'The invite to Family was made before this node was removed there. Ask Anna'],
    ['other-role', 'makes a writer, but a carrier does not read: use it with kith join, or ask Anna'],
  ] as const)('and is %s is told with the room, the reason and whom to ask', (status, message) => {
    expect(messageFor(status)).toContain(message)
  })

  it('and ended says when', () => {
    expect(messageFor('expired')).toMatch(/^The invite to Family ended 19(69|70)-\d\d-\d\d \d\d:\d\d\. Ask Anna/)
  })

  it('says what the node does without it', () => {
    expect(messageFor('withdrawn')).toMatch(/This node has joined Family without it, and is no member\.$/)
    expect(messageFor('withdrawn', { role: 'reader' })).toMatch(/This node stays a reader there\.$/)
    const carried = { maxBytes: 1, isQuotaReached: false }
    expect(messageFor('withdrawn', { carried, name: '' })).toMatch(/This node carries room bafyreiroom all the same/)
  })

  it('names a few of many who accepted it', () => {
    const usedBy = ['A', 'B', 'C', 'D', 'E'].map((name) => ({ peer: name, name }))
    expect(messageFor('used-up', {}, { ...invite, usedBy })).toContain('A, B, C, 2 more accepted it')
  })
})
