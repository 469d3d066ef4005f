/** Replaces a file again and again with the one content and the other, until it is killed. */
import { replaceFile } from '../../../src/host/durable-file.ts'

const [path = ''] = process.argv.slice(2)
for (let i = 0; ; i++) {
  await replaceFile(path, Buffer.alloc(5_000, i % 2 === 0 ? 'a' : 'b'))
  process.stdout.write('.')
}
