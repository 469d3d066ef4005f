/** A certificate that nobody has signed, by the system's OpenSSL. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Whether certificates can be made on this machine. */
export const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Makes one in a folder. Returns the options by which `kith start` uses it. */
export function makeCertificate(folder: string): string[] {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const made = ['-keyout', key, '-out', cert, '-subj', '/CN=home.example', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...made], { stdio: 'ignore' })
  return ['--web-cert', cert, '--web-key', key]
}
