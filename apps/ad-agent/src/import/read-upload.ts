import type { ReadBatch, ReadObject, ReadReply } from '@lockstep/contract/agents/protocol'
import { newId } from '@lockstep/kernel/ids'

/** What the upload of one read needs. */
export interface UploadOptions {
  readonly kind: ReadBatch['kind']
  readonly epoch: number
  readonly post: (batch: ReadBatch) => Promise<ReadReply>
  /** Instead of the limits of one batch; for tests. */
  readonly limits?: { readonly objects: number; readonly bytes: number; readonly members: number }
}

/** The hub dropped a read, for example because another one began; the reading starts over. */
export class ReadRefused extends Error {
  override readonly name = 'ReadRefused'
}

const sent = { status: 'fulfilled', value: undefined } as const

/** Names and punctuation. */
const charactersPerObject = 200
const charactersPerValue = 40
/** A GUID in a list. */
const memberBytes = 39

const batchLimits = { objects: 1000, bytes: 6 * 1024 * 1024, members: 20_000 }

/**
 * Sends the objects of one read in batches as they come. A batch waits until it is known whether another follows, because
 * the last one carries the end. One batch never has the same object twice: pieces of a large group follow in later ones.
 */
export class ReadUpload implements AsyncDisposable {
  readonly #options: UploadOptions
  readonly #limits: NonNullable<UploadOptions['limits']>
  readonly #readId = newId(Date.now())
  readonly #wanted = new Set<string>()
  #objects: ReadObject[] = []
  #guids = new Set<string>()
  #bytes = 0
  #objectCount = 0
  #isFirst = true
  /** The batch on its way; never rejects by itself, so that a failure waits until somebody asks for it. */
  #underWay: Promise<PromiseSettledResult<void>> = Promise.resolve(sent)

  constructor(options: UploadOptions) {
    this.#options = options
    this.#limits = options.limits ?? batchLimits
  }

  /** How many objects were added so far. */
  get objectCount(): number {
    return this.#objectCount
  }

  /** Takes an object; resolves when there is room for the next one. Rejects with a HubError or ReadRefused, perhaps of a batch before. */
  async add(object: ReadObject): Promise<void> {
    this.#objectCount += 1
    for (const piece of piecesOf(object, this.#limits.members)) {
      const sizeBytes = sizeOf(piece)
      const isFull =
        this.#objects.length >= this.#limits.objects ||
        (this.#objects.length > 0 && this.#bytes + sizeBytes > this.#limits.bytes) ||
        this.#guids.has(piece.guid)
      if (isFull) await this.#send({})
      this.#objects.push(piece)
      this.#guids.add(piece.guid)
      this.#bytes += sizeBytes
    }
  }

  /** Sends what is left with the end; gives the GUIDs that the hub wants to know more about. */
  async finish(
    end: Omit<NonNullable<ReadBatch['end']>, 'objectCount'>,
    missingGuids: readonly string[] = [],
  ): Promise<readonly string[]> {
    const missing = missingGuids.length === 0 ? {} : { missingGuids: [...missingGuids] }
    await this.#send({ ...missing, end: { ...end, objectCount: this.#objectCount } })
    await this.#arrival()
    return [...this.#wanted]
  }

  /** Resolves when no batch is on its way any more, also after a failure: a late one would disturb the next read. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#underWay
  }

  /** Sends what was collected once the batch before it has arrived: the domain is read on while the hub stores. */
  async #send(rest: Pick<ReadBatch, 'missingGuids' | 'end'>): Promise<void> {
    await this.#arrival()
    const { kind, epoch } = this.#options
    const batch = { epoch, kind, readId: this.#readId, first: this.#isFirst, objects: this.#objects, ...rest }
    this.#objects = []
    this.#guids = new Set()
    this.#bytes = 0
    this.#isFirst = false
    this.#underWay = Promise.allSettled([this.#post(batch)]).then(([result]) => result)
  }

  async #arrival(): Promise<void> {
    const result = await this.#underWay
    if (result.status === 'rejected') throw result.reason
  }

  async #post(batch: ReadBatch): Promise<void> {
    const reply = await this.#options.post(batch)
    if (!reply.accepted) throw new ReadRefused('The hub did not accept a batch; the read starts over')
    for (const guid of reply.wantedGuids) this.#wanted.add(guid)
  }
}

/** Octets of an object as JSON, rather too many: a character has three at most in UTF-8. Writing the JSON twice to count them took longer. */
function sizeOf({ dn, attributes, members }: ReadObject): number {
  let characters = charactersPerObject + dn.length
  for (const name in attributes)
    for (const value of attributes[name] ?? []) characters += charactersPerValue + value.length
  return characters * 3 + (members === undefined ? 0 : (members.added.length + members.removed.length) * memberBytes)
}

/** An object with very many members in pieces of which the later ones only add members. */
function piecesOf(object: ReadObject, memberLimit: number): readonly ReadObject[] {
  const { members } = object
  if (members === undefined || members.added.length + members.removed.length <= memberLimit) return [object]
  const first = members.added.slice(0, memberLimit)
  const pieces: ReadObject[] = [{ ...object, members: { complete: members.complete, added: first, removed: [] } }]
  const { guid, deleted, dn } = object
  const more = { guid, kind: 'unchanged', deleted, dn, complete: false, attributes: {} } as const
  for (let start = memberLimit; start < members.added.length; start += memberLimit) {
    const added = members.added.slice(start, start + memberLimit)
    pieces.push({ ...more, members: { complete: false, added, removed: [] } })
  }
  for (let start = 0; start < members.removed.length; start += memberLimit) {
    const removed = members.removed.slice(start, start + memberLimit)
    pieces.push({ ...more, members: { complete: false, added: [], removed } })
  }
  return pieces
}
