import type { ImportLease } from '@lockstep/contract/agents/protocol'
import { pause } from '@lockstep/kernel/retry'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import type { RootDse } from '@lockstep/ldap/root-dse'
import type { AgentContext } from '../agent/program.ts'
import { DomainReader, type ReadOutcome, type ReadPosition } from './domain-reader.ts'
import type { LeaseKeeper } from './lease-keeper.ts'

/** Reads without a change after which a busy controller is read less often. */
const quietReads = 5

/**
 * Reads the domain as primary until the lease ends or something fails: all of it when there is no position that fits this
 * controller's database, then what changes. The position lives here while all goes well; afterwards the hub's is the truth.
 */
export async function followDomain(
  context: AgentContext,
  keeper: LeaseKeeper,
  lease: ImportLease,
  onWorking: () => void,
): Promise<void> {
  const client = await context.directory.open()
  const dse = await client.readRootDse()
  const reader = new DomainReader({
    client,
    baseDn: lease.settings.baseDn,
    invocationId: dse.invocationId,
    epoch: lease.epoch,
    post: (batch) => context.hub.postRead(batch, { signal: keeper.ended }),
    ...(lease.settings.attributes === undefined ? {} : { attributes: lease.settings.attributes }),
  })
  const following = new Following(context, reader)
  await following.begin(lease, dse)
  onWorking()
  while (!keeper.ended.aborted && context.directory.isCurrent(client)) {
    const news = keeper.takeNews(following.readAt)
    if (news !== undefined) await following.obey(news)
    await following.look(await client.highestCommittedUsn())
    onWorking()
    await pause(context.timing.pollMs, keeper.ended)
  }
}

/** The position of a lease, or undefined when everything has to be read: why, is said in words. */
export function positionOf(lease: ImportLease, dse: RootDse): ReadPosition | string {
  const { cookie, invocationId, highestUsn } = lease
  if (lease.fullReadWanted) return 'the hub wants everything'
  if (cookie === undefined || cookie === '') return 'nothing was read before'
  if (invocationId !== undefined && dse.invocationId !== undefined && invocationId !== dse.invocationId) {
    return "the domain controller's database is another one"
  }
  const usn = BigInt(highestUsn ?? 0)
  // Samba and Windows answer such a cookie with silence instead of an error.
  if (dse.highestCommittedUsn < usn) return 'the domain controller was restored from a backup'
  return { cookie: Buffer.from(cookie, 'base64'), usn }
}

class Following {
  readonly #context: AgentContext
  readonly #reader: DomainReader
  #position: ReadPosition = { cookie: Buffer.alloc(0), usn: 0n }
  #readAt = 0
  #postedAt = 0
  #quiet = 0

  constructor(context: AgentContext, reader: DomainReader) {
    this.#context = context
    this.#reader = reader
  }

  /** When the last read ended, in the time of performance.now. */
  get readAt(): number {
    return this.#readAt
  }

  async begin(lease: ImportLease, dse: RootDse): Promise<void> {
    const position = positionOf(lease, dse)
    if (typeof position === 'string') await this.#readAll(position)
    else {
      this.#position = position
      // The hub may have broken off while it worked on what it has: the next look posts something in any case, and it goes on.
      this.#postedAt = Number.NEGATIVE_INFINITY
    }
    await this.#readWanted(lease.wantedGuids)
  }

  async obey(lease: ImportLease): Promise<void> {
    this.#reader.follow(lease.settings.attributes)
    if (lease.fullReadWanted) await this.#readAll('the hub wants everything')
    await this.#readWanted(lease.wantedGuids)
  }

  /** Reads when the controller's latest change is a new one. */
  async look(usn: bigint): Promise<void> {
    const { timing } = this.#context
    const now = performance.now()
    if (usn < this.#position.usn) return this.#readAll('the domain controller was restored from a backup')
    const isResting = this.#quiet >= quietReads && now - this.#readAt < timing.quietReadMs
    if (usn > this.#position.usn && !isResting) await this.#readChanges()
    if (performance.now() - this.#postedAt < timing.refreshMs) return
    await this.#reader.refresh(this.#position)
    this.#postedAt = performance.now()
  }

  async #readChanges(): Promise<void> {
    try {
      const outcome = await this.#reader.readChanges(this.#position)
      this.#quiet = outcome.objectCount === 0 ? this.#quiet + 1 : 0
      this.#take(outcome)
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.kind !== 'unsupported') throw error
      await this.#readAll('the domain controller does not know the position')
    }
  }

  async #readAll(reason: string): Promise<void> {
    this.#context.log.info('Reading the whole domain', { reason })
    const began = performance.now()
    const outcome = await this.#reader.readAll()
    this.#take(outcome)
    const durationMs = Math.round(performance.now() - began)
    this.#context.log.info('The whole domain is read', { objects: outcome.objectCount, durationMs })
  }

  async #readWanted(guids: readonly string[]): Promise<void> {
    if (guids.length === 0) return
    await this.#reader.readWanted(guids)
    this.#readAt = performance.now()
  }

  #take({ position, posted }: ReadOutcome): void {
    this.#position = position
    this.#readAt = performance.now()
    if (posted) this.#postedAt = this.#readAt
  }
}
