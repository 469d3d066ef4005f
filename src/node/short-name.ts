/** The name of an author without a display name: the end of the peer id, because all ids begin alike. */
export function shortNameOf(peer: string): string {
  return `…${peer.slice(-8)}`
}
