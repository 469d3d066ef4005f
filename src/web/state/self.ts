/** Who is in front of this page: the owner of the node, or a guest. */
import { computed, signal } from '@preact/signals'
import type { GuestSelf } from '../../api/page-calls.ts'
import { speakerKey } from '../../key-hash.ts'
import { onTold, node } from './node.ts'

/** Who this guest is; undefined for the owner, and until the node has said so. */
export const guest = signal<GuestSelf | undefined>(undefined)

/** Looks who it is, as the node tells. */
export function startSelf(): void {
  onTold((record) => {
    if (record.event === 'guest') guest.value = record.guest
  })
}

/** What the user's own messages have in common; undefined until it is known. */
export const selfKey = computed(() => {
  if (guest.value !== undefined) return speakerKey({ author: guest.value.peer, guest: guest.value.name })
  return node.value?.peer
})

/** Whether a message is the user's own. */
export function isOwn(message: { author: string; guest?: string }): boolean {
  return speakerKey(message) === selfKey.value
}

/** Whether the user may share files at all. */
export const mayShare = computed(() => guest.value === undefined || guest.value.maxFileBytes > 0)
