/** A number made from a key, for what makes people look the same everywhere: their colour and their picture. */

/** FNV-1a, which mixes short texts well enough for a picture. */
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The hue of a key, in degrees. */
export function hueOf(key: string): number {
  return keyHash(key) % 360
}

/** From 0 to 2³² - 1. */
export function keyHash(text: string): number {
  let hash = FNV_OFFSET
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  // The low bits alone would be alike for keys that end alike.
  hash ^= hash >>> 15
  return Math.imul(hash, FNV_PRIME) >>> 0
}

/** What decides the colour and the picture of who says something: a key, or the name of a guest of that. */
export function speakerKey({ author, guest }: { author: string; guest?: string }): string {
  return guest === undefined ? author : `${author} ${guest}`
}
