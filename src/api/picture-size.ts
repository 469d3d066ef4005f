/** How many pixels a picture has, as its first bytes say: a small file may be drawn with very many. */

/** Of a picture, as it is drawn. */
export interface PictureSize {
  width: number
  height: number
}

/** The size of a picture of a type that a page shows; undefined if it does not stand in these bytes. */
export function pictureSizeOf(type: string, head: Uint8Array): PictureSize | undefined {
  const size = READERS[type]?.(Buffer.from(head.buffer, head.byteOffset, head.byteLength))
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined
}

type Read = (head: Buffer) => PictureSize | undefined

const READERS: Readonly<Record<string, Read>> = {
  'image/png': (head) =>
    head.length < 24 ? undefined : { width: head.readUInt32BE(16), height: head.readUInt32BE(20) },
  'image/gif': (head) => (head.length < 10 ? undefined : { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }),
  'image/jpeg': jpegSize,
  'image/webp': webpSize,
  'image/avif': avifSize,
}

/** Frames by which a JPEG says its size: all SOF markers, which DHT, JPG and DAC between them are not. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** Goes from segment to segment, each of which says how long it is. */
function jpegSize(head: Buffer): PictureSize | undefined {
  for (let at = 2; at + 9 <= head.length;) {
    if (head[at] !== 0xff) return undefined
    const marker = head[at + 1] ?? 0
    if (marker === 0xff) at++
    else if (isFrame(marker)) return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) }
    else {
      const length = head.readUInt16BE(at + 2)
      if (length < 2) return undefined
      at += 2 + length
    }
  }
  return undefined
}

function webpSize(head: Buffer): PictureSize | undefined {
  if (head.length < 30) return undefined
  const kind = head.toString('latin1', 12, 16)
  if (kind === 'VP8X') return { width: 1 + head.readUIntLE(24, 3), height: 1 + head.readUIntLE(27, 3) }
  if (kind === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
  if (kind !== 'VP8L') return undefined
  const bits = head.readUInt32LE(21)
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
}

/** The largest of the sizes that its properties name: that of a grid is larger than those of its tiles. */
function avifSize(head: Buffer): PictureSize | undefined {
  let largest: PictureSize | undefined
  for (let at = head.indexOf('ispe'); at !== -1 && at + 16 <= head.length; at = head.indexOf('ispe', at + 4)) {
    const size = { width: head.readUInt32BE(at + 8), height: head.readUInt32BE(at + 12) }
    if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size
  }
  return largest
}
