import type { ReadBatch, ReadObject, ReadReply } from '@lockstep/contract/agents/protocol'
import { extendedDn } from '@lockstep/ldap/control'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { type DirSyncEntry, dirSyncEntryOf } from '@lockstep/ldap/dir-sync-entry'
import { guid, guidBase } from '@lockstep/ldap/guid'
import { lockAttribute, lockDurationAttribute, LockDurations } from './lock-duration.ts'
import { expiryAttribute, PasswordExpiry } from './password-expiry.ts'
import { readFilter, type ReadList, readListOf } from './read-attributes.ts'
import { type LinkResolver, linksWithoutGuid, readObjectOf } from './read-object.ts'
import { ReadUpload } from './read-upload.ts'

/** What reading a domain needs. */
export interface DomainReaderOptions {
  readonly client: DirectoryClient
  readonly baseDn: string
  readonly invocationId: string | undefined
  readonly epoch: number
  readonly post: (batch: ReadBatch) => Promise<ReadReply>
  /** What to read of every object; the agent's own list where the hub does not say. */
  readonly attributes?: readonly string[]
}

/** Where a read ended: the cookie, and the number that the controller's latest change had before the read. */
export interface ReadPosition {
  readonly cookie: Buffer
  readonly usn: bigint
}

/** What came of one read. */
export interface ReadOutcome {
  readonly position: ReadPosition
  readonly objectCount: number
  /** False when there was nothing to post. */
  readonly posted: boolean
}

/** Wanted objects in one batch. */
const wantedLimit = 500
/** Base searches on the way at one time. */
const searchesAtOnce = 20
/** How often the answer to wanted objects may want further ones; the lease asks again for what is left. */
const wantedRounds = 10

/** Reads one domain over one connection under one lease and posts what it finds; rejects with DirectoryError or HubError. */
export class DomainReader {
  readonly #options: DomainReaderOptions

  #list: ReadList

  constructor(options: DomainReaderOptions) {
    this.#options = options
    this.#list = readListOf(options.attributes)
  }

  /** From the next read on, these are read of every object. */
  follow(attributes: readonly string[] | undefined): void {
    this.#list = readListOf(attributes)
  }

  /** Everything, whatever was read before. */
  readAll(): Promise<ReadOutcome> {
    return this.#read('full', undefined)
  }

  /** What changed since the position; nothing is posted when nothing changed. */
  readChanges(since: ReadPosition): Promise<ReadOutcome> {
    return this.#read('changes', since.cookie)
  }

  /** Tells the hub the position of a domain in which nothing changed. */
  async refresh(position: ReadPosition): Promise<void> {
    await using upload = this.#upload('changes')
    await this.readWanted(await upload.finish(this.#endOf(position)))
  }

  /** The given objects completely, those that are not there any more, and what the hub wants to know after that. */
  async readWanted(guids: readonly string[]): Promise<void> {
    let wanted: readonly string[] = [...new Set(guids)]
    for (let round = 0; wanted.length > 0 && round < wantedRounds; round += 1) {
      const next = new Set<string>()
      for (let start = 0; start < wanted.length; start += wantedLimit) {
        for (const id of await this.#readObjects(wanted.slice(start, start + wantedLimit))) next.add(id)
      }
      wanted = [...next]
    }
  }

  async #read(kind: 'full' | 'changes', cookie: Buffer | undefined): Promise<ReadOutcome> {
    const { client, baseDn: base } = this.#options
    // Before the read: a change made meanwhile is then looked for once more instead of never.
    const usn = await client.highestCommittedUsn()
    const { attributes, sent } = this.#list
    await using upload = this.#upload(kind)
    const seen = new Set<string>()
    const policies = await policiesOf(client, base)
    let last = cookie ?? Buffer.alloc(0)
    const query = { base, filter: readFilter, attributes, ...(cookie === undefined ? {} : { cookie }) }
    for await (const page of client.dirSync(query)) {
      const resolve = await this.#resolver(page.entries)
      for (const entry of page.entries) {
        // Members may follow their group as an entry of their own (MS-ADTS 3.1.1.3.4.1.3): such an entry adds to the first.
        const isWhole = kind === 'full' && !seen.has(entry.guid) && hasClass(entry)
        if (kind === 'full') seen.add(entry.guid)
        const object = readObjectOf(entry, { isComplete: isWhole, resolve, sent })
        await addPolicies(object, entry, policies)
        await upload.add(object)
      }
      last = page.cookie
    }
    const position = { cookie: last, usn }
    const { objectCount } = upload
    if (kind === 'changes' && objectCount === 0) return { position, objectCount, posted: false }
    await this.readWanted(await upload.finish(this.#endOf(position)))
    return { position, objectCount, posted: true }
  }

  async #readObjects(guids: readonly string[]): Promise<readonly string[]> {
    const entries: DirSyncEntry[] = []
    const missing: string[] = []
    for (let start = 0; start < guids.length; start += searchesAtOnce) {
      const some = guids.slice(start, start + searchesAtOnce)
      const found = await Promise.all(some.map((id) => this.#readEntry(id)))
      for (const [index, entry] of found.entries()) {
        const id = some[index]
        if (entry !== undefined) entries.push(entry)
        else if (id !== undefined) missing.push(id)
      }
    }
    await using upload = this.#upload('objects')
    const policies = await policiesOf(this.#options.client, this.#options.baseDn)
    const resolve = await this.#resolver(entries)
    for (const entry of entries) {
      const object = readObjectOf(entry, { isComplete: true, resolve, sent: this.#list.sent })
      await addPolicies(object, entry, policies)
      await upload.add(object)
    }
    return await upload.finish({}, missing)
  }

  async #readEntry(id: string): Promise<DirSyncEntry | undefined> {
    const raw = await this.#options.client.read(guidBase(id), this.#list.attributes, [extendedDn])
    return raw === undefined ? undefined : dirSyncEntryOf(raw, false)
  }

  async #resolver(entries: readonly DirSyncEntry[]): Promise<LinkResolver> {
    const known = new Map<string, string | undefined>()
    for (const entry of entries) {
      for (const { dn } of linksWithoutGuid(entry)) {
        if (!known.has(dn)) known.set(dn, await this.#guidOfDn(dn))
      }
    }
    return (link) => known.get(link.dn)
  }

  async #guidOfDn(dn: string): Promise<string | undefined> {
    try {
      const entry = await this.#options.client.read(dn, ['objectGUID'])
      return entry === undefined ? undefined : guid(entry)
    } catch (error) {
      // A link to another domain, or a name that only this controller's link table understands: nobody whom we could know.
      if (error instanceof DirectoryError && (error.kind === 'naming' || error.kind === 'referral')) return undefined
      throw error
    }
  }

  #upload(kind: ReadBatch['kind']): ReadUpload {
    return new ReadUpload({ kind, epoch: this.#options.epoch, post: this.#options.post })
  }

  #endOf({ cookie, usn }: ReadPosition): Omit<NonNullable<ReadBatch['end']>, 'objectCount'> {
    const { invocationId } = this.#options
    return {
      cookie: cookie.toString('base64'),
      attributes: [...this.#list.attributes, expiryAttribute, lockDurationAttribute],
      highestUsn: usn.toString(),
      ...(invocationId === undefined ? {} : { invocationId }),
    }
  }
}

function hasClass({ attributes }: DirSyncEntry): boolean {
  return (attributes.get('objectclass')?.length ?? 0) > 0
}

interface Policies {
  readonly expiry: PasswordExpiry
  readonly locks: LockDurations
}

async function policiesOf(client: DirectoryClient, baseDn: string): Promise<Policies> {
  return { expiry: await PasswordExpiry.of(client, baseDn), locks: new LockDurations(client, baseDn) }
}

/** Adds when the password of a user expires and how long it is locked, where that may have changed. */
async function addPolicies(object: ReadObject, entry: DirSyncEntry, { expiry, locks }: Policies): Promise<void> {
  const { guid: id, kind, deleted, complete, attributes } = object
  if (deleted || (kind !== 'user' && kind !== 'unchanged')) return
  const mayDiffer = attributes['pwdLastSet'] !== undefined || attributes['userAccountControl'] !== undefined
  const expires = mayDiffer ? await (complete ? expiry.whole(id, entry) : expiry.exact(id)) : undefined
  if (expires !== undefined) attributes[expiryAttribute] = [expires]
  const duration = Number(attributes[lockAttribute]?.[0] ?? 0) > 0 ? await locks.of(id) : undefined
  if (duration !== undefined) attributes[lockDurationAttribute] = [duration]
}
