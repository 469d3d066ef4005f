/** Has the browser keep the page, so that it opens while the node is away. */

const WORKER = '/service-worker.js'
/** As in the policy of the page (`src/api/page-routes.ts`): the one script that a worker may be made of. */
const POLICY = 'kith-worker'

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(url: string): string }
}

/** Does nothing where a browser keeps none, as in a private window. */
export async function keepPage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy(POLICY, { createScriptURL: () => WORKER })
  await navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER).catch(() => undefined)
}
