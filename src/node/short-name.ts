/** How to call an author who gave no name: by the end of the peer id, as all begin alike. */
export function shortNameOf(peer: string): string {
  return `…${peer.slice(-8)}`
}
