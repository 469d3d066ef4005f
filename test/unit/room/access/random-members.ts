/** Random rooms with members, some of whom hide what they know, write in two places, or act after their removal. */
import { acceptance, deviceProof, encodeAct, type Role, type Saying } from '../../../../src/room/access/acts.ts'
import { encodeDocument, type Document } from '../../../../protocols/document/document.ts'
import type { Signer } from '../../../../protocols/wire/crypto.ts'
import { compareDocumentIds, type DocumentId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { pick } from '../../../../src/simulate/random.ts'
import { encodeRoot } from '../../../../src/room/root.ts'
import { encodeText } from '../../../../src/apps/body.ts'
import { NOW_MS, signerOf } from '../history.ts'

const AUTHORS = 6
const ROLES: Role[] = ['none', 'none', 'reader', 'writer', 'writer', 'admin', 'admin']

export function membersRoot(random: Random): Document {
  return encodeRoot({ name: 'Kitchen', app: 'chat', access: 'public-read' }, signerOf(0), NOW_MS, random)
}

/** Writes documents that follow chosen others. */
export class MembersWriter {
  readonly root: Document
  readonly documents: Document[]
  readonly #after = new Map<DocumentId, readonly Document[]>()

  constructor(root: Document) {
    this.root = root
    this.documents = [root]
  }

  /** All that is before a document, and itself. */
  #withBefore(document: Document): Set<Document> {
    const all = new Set<Document>()
    const open = [document]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (all.has(next)) continue
      all.add(next)
      open.push(...(this.#after.get(next.id) ?? []))
    }
    return all
  }

  /** `named`: documents that it comes after. `previous`: its author's one before it; by default the newest among them. */
  write(signer: Signer, named: readonly Document[], content: { kind: string; body: Uint8Array }): Document {
    const known = new Set([this.root, ...named].flatMap((document) => [...this.#withBefore(document)]))
    const own = [...known].filter(({ author }) => author === signer.author)
    const previous = own.sort((a, b) => a.seq - b.seq).at(-1)
    const parents = named.filter((document) => document !== previous)
    const after = parents.length === 0 && previous === undefined ? [this.root] : parents
    const all = [...new Set([...after, ...(previous ? [previous] : [])])]
    const document = encodeDocument(
      {
        room: this.root.id,
        ...{ author: signer.author, seq: previous ? previous.seq + 1 : 0, previous: previous?.id ?? null },
        parents: [...new Set(after.map(({ id }) => id))].sort(compareDocumentIds),
        clock: 1 + Math.max(...all.map(({ clock }) => clock)),
        timeMs: NOW_MS + this.documents.length,
        epoch: 0,
        links: [],
        ...content,
      },
      signer,
    )
    this.documents.push(document)
    this.#after.set(document.id, all)
    return document
  }

  say(author: number, named: readonly Document[], text = `text ${this.documents.length}`): Document {
    return this.write(signerOf(author), named, { kind: 'message', body: encodeText(text) })
  }

  act(author: number, named: readonly Document[], saying: Saying): Document {
    return this.write(signerOf(author), named, encodeAct(saying))
  }

  /** The newest documents, of which no other one is. */
  heads(): Document[] {
    const named = new Set([...this.#after.values()].flat())
    return this.documents.filter((document) => !named.has(document))
  }
}

/** Invites have keys of their own. */
export const inviteSigner = (index: number): Signer => signerOf(100 + index)

/** `deviceShare`: of the acts, how many are about devices. */
export function randomMembers(random: Random, steps: number, deviceShare = 0.25): MembersWriter {
  const writer = new MembersWriter(membersRoot(random))
  const invites: Document[] = []
  const devices: (Saying & { type: 'device' })[] = []
  for (let step = 0; step < steps; step++) {
    const author = Math.floor(random() * AUTHORS)
    const named = random() < 0.4 ? writer.heads().slice(-3) : someOf(writer.documents, random)
    const isDevices = random() < deviceShare
    const saying = isDevices ? deviceSaying(author, devices, random) : randomSaying(writer, author, invites, random)
    if (saying === undefined) writer.say(author, named)
    else {
      const document = writer.act(author, named, saying)
      if (saying.type === 'invite') invites.push(document)
      if (saying.type === 'device') devices.push(saying)
    }
  }
  return writer
}

/** A key of X25519 for the device with an index, which nobody looks at. */
const BOX_BYTES = 32

/** What a device says of another one. */
export function deviceOf(
  author: number,
  member: number,
  { role = 'writer', person = author }: { role?: Exclude<Role, 'none'>; person?: number } = {},
): Saying & { type: 'device' } {
  const box = new Uint8Array(BOX_BYTES).fill(member)
  const device = signerOf(member)
  const proof = deviceProof(signerOf(author).author, box, device)
  return { type: 'device', member: device.author, person: signerOf(person).author, role, box, proof }
}

/** A device is added, removed, or somebody makes a key, by somebody who may or may not. */
function deviceSaying(author: number, devices: readonly (Saying & { type: 'device' })[], random: Random): Saying {
  const chance = random()
  const member = Math.floor(random() * AUTHORS)
  const peer = signerOf(author).author
  const own = devices.filter((device) => device.member === peer)
  if (chance < 0.55) {
    const saying = deviceOf(author, member, { role: pick(random, ['carrier', 'reader', 'writer', 'writer', 'admin']) })
    if (random() < 0.1) return { ...saying, proof: deviceOf(author, (member + 1) % AUTHORS).proof }
    return own.length > 0 && random() < 0.8 ? { ...saying, person: pick(random, own).person } : saying
  }
  if (chance < 0.85) {
    const persons = [peer, ...own.map(({ person }) => person)]
    const others = devices.filter(({ person }) => persons.includes(person)).map((device) => device.member)
    return { type: 'role', member: pick(random, [...others, signerOf(member).author, ...persons]), role: 'none' }
  }
  const epoch = pick(random, ['a', 'b', 'c']).repeat(32)
  return { type: 'rekey', epoch, previous: [], wrapped: [], keys: new Uint8Array(0) }
}

/** Recent ones mostly. */
function someOf(documents: readonly Document[], random: Random): Document[] {
  const recent = random() < 0.8 ? documents.slice(-6) : documents
  return [...new Set([pick(random, recent), pick(random, recent)])]
}

function randomSaying(
  writer: MembersWriter,
  author: number,
  invites: readonly Document[],
  random: Random,
): Saying | undefined {
  const chance = random()
  const member = signerOf(Math.floor(random() * AUTHORS)).author
  if (chance < 0.45) return { type: 'role', member, role: pick(random, ROLES) }
  if (chance < 0.55) {
    const limits = { expiresMs: random() < 0.2 ? NOW_MS : undefined, uses: random() < 0.5 ? 1 : undefined }
    return {
      type: 'invite',
      key: inviteSigner(invites.length).author,
      role: pick(random, ['writer', 'admin']),
      ...limits,
    }
  }
  if (chance < 0.72 && invites.length > 0) {
    const index = Math.floor(random() * invites.length)
    const key = random() < 0.9 ? inviteSigner(index) : signerOf(author)
    return acceptance(writer.root.id, invites[index]!.id, signerOf(author).author, key)
  }
  if (chance < 0.76 && invites.length > 0) return { type: 'withdraw', invite: pick(random, invites).id }
  if (chance < 0.79) return { type: 'owner', member }
  return undefined
}
