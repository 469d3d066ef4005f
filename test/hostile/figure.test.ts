import { test } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { joinRoom, useKith } from '../integration/kith-process.ts'
import { metadata } from './attacks/metadata.ts'
import { offers } from './attacks/offers.ts'
import { ranges } from './attacks/ranges.ts'
const kith = useKith()
const cpu = (pid: number) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' '); return (Number(f[13]) + Number(f[14])) * 10 }
test('figures', async () => {
  const node = await kith.start({ name: 'Node' })
  const honest = await kith.start({ name: 'Honest', peers: [node.address] })
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
  for (let i = 0; i < 1500; i += 100) await Promise.all(Array.from({ length: 100 }, () => node.api.call('documents.write', { room, kind: 'blob', body: Buffer.alloc(100).toString('base64') })))
  await delay(3000)
  for (const attack of [ranges, offers, metadata]) {
    const c0 = cpu(node.pid), t0 = performance.now()
    let over = false
    const run = attack.run({ address: node.address, room, signal: new AbortController().signal }).catch((e) => console.log(String(e))).finally(() => (over = true))
    await delay(200)
    const lat: number[] = [], stat: number[] = []
    for (let n = 0; n < 12 && !(over && n > 3); n++) {
      const text = `${attack.name} ${n}`
      const s = performance.now()
      await honest.send(room, text)
      for (;;) {
        const q = performance.now()
        const docs = await node.view(room)
        stat.push(performance.now() - q)
        if (JSON.stringify(docs ?? (await node.view(room))).includes(text)) break
        if (performance.now() - s > 40_000) break
        await delay(10)
      }
      lat.push(Math.round(performance.now() - s))
    }
    await run
    await delay(500)
    console.log(attack.name, 'latency', lat.join(' '), 'api max', Math.round(Math.max(...stat)), 'cpu ms', cpu(node.pid) - c0, 'of', Math.round(performance.now() - t0), JSON.stringify((await node.api.call('status', {})).refused))
  }
}, 200_000)
