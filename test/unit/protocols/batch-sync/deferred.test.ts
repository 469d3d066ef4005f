/** What a peer deferred. */
import { describe, expect, it } from 'vitest'
import { idOf, standing } from './held-documents.ts'
import { holding, labels, never, shareWith, take, takeAll } from './room-sessions.ts'

describe('what the peer deferred', () => {
  it('waits until its time is over, and then goes before the rest of the queue', () => {
    const ports = holding(5)
    const roomSession = shareWith(ports, [idOf('0')])
    roomSession.compare(never)
    expect(take(roomSession, { items: 3 }).documents).toEqual(['1', '2', '3'].map(idOf))
    roomSession.defer(ports.all().slice(2, 4), 1_000)
    expect(roomSession.isIdle).toBe(false)
    expect(takeAll(roomSession), 'what comes after would overtake it').toEqual([])
    expect(roomSession.resume(400)).toBe(600)
    expect(takeAll(roomSession)).toEqual([])
    roomSession.markHeld(idOf('2'))
    expect(roomSession.resume(1_000)).toBe(0)
    expect(takeAll(roomSession)).toEqual(['3', '4'].map(idOf))
    expect(roomSession.isIdle).toBe(true)
  })

  it('waits as long as the longest time that the peer gave', () => {
    const ports = holding(3)
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    takeAll(roomSession)
    roomSession.defer(ports.all().slice(0, 1), 2_000)
    roomSession.defer(ports.all().slice(1), 500)
    expect(roomSession.resume(1_999)).toBe(1)
    roomSession.resume(2_000)
    expect(takeAll(roomSession)).toEqual(labels(3).map(idOf))
  })

  it('holds up a comparison, which would send it too early', () => {
    const ports = holding(3)
    const roomSession = shareWith(ports, [idOf('0')])
    roomSession.compare(never)
    takeAll(roomSession)
    roomSession.defer(ports.all().slice(1), 1_000)
    roomSession.compareAgain()
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual([])
    roomSession.resume(1_000)
    expect(takeAll(roomSession)).toEqual(['1', '2'].map(idOf))
  })

  it('is not sent to a peer that turns out to hold everything', () => {
    const ports = holding(3)
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    takeAll(roomSession)
    roomSession.defer(ports.all().slice(1), 1_000)
    roomSession.learn(standing([idOf('2')], false))
    expect(roomSession.compare(never)).toBe(true)
    roomSession.resume(1_000)
    expect(takeAll(roomSession)).toEqual([])
  })
})
