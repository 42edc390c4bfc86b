// A request with an Idempotency-Key is done once: whoever repeats it gets the first answer, from any hub, for a day. The claim is a row
// that only one request can insert; the answer joins it when the work is done. Work that was refused changed nothing, so its key is free
// again; work whose process died is taken over after a while. What was sent and answered may be personal, so both are sealed.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import { newUuid } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import { pause } from '@lockstep/kernel/retry'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database } from '../../platform/db/database.ts'
import * as store from './idempotency.store.ts'

/** Which request it is: who asks for what with which key, and what was sent. */
export interface IdempotentRequest {
  readonly actorId: string
  readonly operation: string
  readonly key: string
  readonly content: Buffer
}

export interface IdempotencyService {
  /** Does the work, or answers what the same request was answered before. A used key with other content is refused. */
  once(request: IdempotentRequest, work: () => Promise<Json>): Promise<{ answer: Json; isRepeated: boolean }>
  /** Removes what is older than a day. */
  removeOld(): Promise<void>
}

export interface IdempotencyOptions {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal' | 'open'>
}

const keptMs = 86_400_000
/** Longer than any request that the hub answers. */
const abandonedAfterMs = 60_000
const pollMs = 50
const polls = 100
const removedAtOnce = 1000

export function createIdempotencyService({ database, clock, vault }: IdempotencyOptions): IdempotencyService {
  const before = (ms: number): Date => new Date(clock.now().getTime() - ms)

  /** The answer of whoever has the key; undefined when the key became free. */
  const answerOf = async (target: string, digest: Buffer): Promise<Json | undefined> => {
    for (let poll = 0; poll < polls; poll += 1) {
      const known = await store.find(database, target)
      if (known === undefined) return undefined
      if (!digest.equals(await vault.open(purposeOf(target, 'request'), known.requestSealed)))
        throw new AppError('idempotency_key_reused', { field: 'idempotency-key' })
      if (known.answerSealed !== null)
        return JSON.parse((await vault.open(purposeOf(target, 'answer'), known.answerSealed)).toString('utf8')) as Json
      await pause(pollMs)
    }
    throw new AppError('request_in_progress', { field: 'idempotency-key', retryAfterSeconds: 1 })
  }

  return {
    async once({ actorId, operation, key, content }, work) {
      const target = sha256(JSON.stringify([actorId, operation, key])).toString('hex')
      const digest = sha256(content)
      const holder = newUuid()
      const requestSealed = await vault.seal(purposeOf(target, 'request'), digest)
      for (;;) {
        const isOurs = await store.claim(database, {
          target,
          holder,
          requestSealed,
          at: clock.now(),
          forgottenBefore: before(keptMs),
          abandonedBefore: before(abandonedAfterMs),
        })
        if (isOurs) break
        const answer = await answerOf(target, digest)
        if (answer !== undefined) return { answer, isRepeated: true }
      }
      let answer: Json
      try {
        answer = await work()
      } catch (error) {
        await store.release(database, { target, holder })
        throw error
      }
      const answerSealed = await vault.seal(purposeOf(target, 'answer'), Buffer.from(JSON.stringify(answer)))
      await store.keepAnswer(database, { target, holder, answerSealed })
      return { answer, isRepeated: false }
    },
    async removeOld() {
      while ((await store.removeBefore(database, before(keptMs), removedAtOnce)) === removedAtOnce);
    },
  }
}

function purposeOf(target: string, part: 'request' | 'answer'): string {
  return `idempotency/${target}/${part}`
}
