/**
 * Keeps the files of the page in the browser, so that the page opens while the node is away and says so. The node's own
 * files come first whenever it answers; nothing of its API is ever kept or answered here. Imports nothing: it is a script
 * of its own.
 */

/** What a worker has that a page has not. */
interface Worker {
  addEventListener(name: 'install' | 'activate', listener: (event: WorkerEvent) => void): void
  addEventListener(name: 'fetch', listener: (event: FetchEvent) => void): void
  skipWaiting(): Promise<void>
}

interface WorkerEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

const KEPT = 'kith-page'
const PAGE = '/'
/** Another program may have taken the address of a node that is gone: its page is not kept. */
const MARK = '<meta name="application-name" content="Kith" />'
const FILES = /(?:href|src)="(\/[^"]+)"/g

const worker = globalThis as unknown as Worker

worker.addEventListener('install', (event) => {
  event.waitUntil(fetch(PAGE).then(keep))
  // An older one of these would go on keeping what it knows.
  void worker.skipWaiting()
})

worker.addEventListener('activate', (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name !== KEPT))
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))))
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || pathname.startsWith('/v1/')) return
  if (request.mode === 'navigate' && pathname === PAGE) event.respondWith(open(event))
  // Their names have a hash of what is in them.
  else if (pathname.startsWith('/assets/')) event.respondWith(file(request))
  else event.respondWith(fetch(request).catch(() => kept(pathname)))
})

/** The page as the node has it, or as it was last. */
async function open(event: FetchEvent): Promise<Response> {
  try {
    const response = await fetch(event.request)
    event.waitUntil(keep(response.clone()))
    return response
  } catch {
    return kept(PAGE)
  }
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT)
  const found = await cache.match(request)
  if (found !== undefined) return found
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

async function kept(path: string): Promise<Response> {
  const cache = await caches.open(KEPT)
  return (await cache.match(path)) ?? Response.error()
}

/** Keeps the page with all that it loads; a new version takes the place of the one before once all of it is here. */
async function keep(response: Response): Promise<void> {
  const page = response.clone()
  const html = await response.text()
  if (!response.ok || !html.includes(MARK)) return
  const cache = await caches.open(KEPT)
  const before = await (await cache.match(PAGE))?.text()
  if (before === html) return
  const paths = [...html.matchAll(FILES)].flatMap(([, path = '']) => path)
  await cache.addAll(paths)
  await cache.put(PAGE, page)
  const wanted = new Set([PAGE, ...paths])
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request)
}
