/** Addresses of this node that others can use. */

/** Addresses that work from another machine; or, if there are none, those that work only on this one. */
export function dialableElsewhere(addresses: readonly string[]): readonly string[] {
  const elsewhere = addresses.filter((address) => !address.startsWith('/ip4/127.') && !address.startsWith('/ip6/::1/'))
  return elsewhere.length > 0 ? elsewhere : addresses
}
