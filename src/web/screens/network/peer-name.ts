/** What a peer is called where it may have no name. */

/** Its name, or the end of its id, as in the terminal. */
export function nameOfPeer({ peer, name }: { peer: string; name: string | null }): string {
  return name ?? `…${peer.slice(-8)}`
}
