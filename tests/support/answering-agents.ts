// Hubs and import agents for delegated sign-ins without a domain: the agents answer as the test says.
import type { LockoutPolicy, SignInCheck, SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import { createSealingKeys, openPassword, type SealingKeys } from '@lockstep/contract/agents/sealed-password'
import { systemClock } from '@lockstep/kernel/clock'
import { systemActor } from '../../apps/server/src/directory/access/access.rules.ts'
import { createJournalService } from '../../apps/server/src/directory/journal/journal.service.ts'
import { createPasswordHasher } from '../../apps/server/src/platform/crypto/password-hash.ts'
import { createWakeups } from '../../apps/server/src/platform/db/wakeups.ts'
import { silentLog } from '../../apps/server/src/platform/log/log.ts'
import type { Agent } from '../../apps/server/src/processes/ad/agent.store.ts'
import { createDelegation, type DelegationParts } from '../../apps/server/src/processes/ad/create-delegation.ts'
import { type DomainFixture, origin } from '../domain-fixture.ts'

export const agentActor = { ...systemActor('dc1'), kind: 'agent' } as const
export const fiveTries: LockoutPolicy = { threshold: 5, windowMs: 1_800_000 }
const hasher = createPasswordHasher()

export interface Hubs extends AsyncDisposable {
  readonly here: DelegationParts
  readonly there: DelegationParts
}

/** Two hubs on one database. */
export function startHubs({ database }: DomainFixture): Hubs {
  const start = () => {
    const wakeups = createWakeups({ database, log: silentLog })
    const journal = createJournalService({ database, clock: systemClock })
    const announce = (): void => {}
    return {
      wakeups,
      parts: createDelegation({ database, clock: systemClock, log: silentLog, journal, hasher, announce, wakeups }),
    }
  }
  const [here, there] = [start(), start()]
  return {
    here: here.parts,
    there: there.parts,
    async [Symbol.asyncDispose]() {
      for (const { parts, wakeups } of [here, there]) {
        parts.forgetSignInChecks()
        await wakeups.close()
      }
    },
  }
}

/** An import agent that can open what is sealed for it. */
export async function validator(domain: DomainFixture): Promise<{ readonly agent: Agent; readonly keys: SealingKeys }> {
  const { agent } = await domain.agents.create(origin, domain.domain.id, 'IMPORT')
  const keys = await createSealingKeys()
  await domain.database.execute({
    text: `update ad_agents set public_key = 'x', sealing_key = $2 where id = $1`,
    values: [agent.id, keys.publicKey],
  })
  return { agent: { ...agent, domainId: domain.domain.id, kind: 'IMPORT', hostname: 'dc1' } as unknown as Agent, keys }
}

type Served = Awaited<ReturnType<typeof validator>>
export type Reply = (password: string, check: SignInCheck) => SignInOutcome | undefined

/** Lets an agent wait for sign-ins and answer each as the reply says; one without a reply stays unanswered. Leaving the block ends it. */
export function serve(
  { signInChecks }: DelegationParts,
  { agent, keys }: Served,
  reply: Reply,
  {
    own,
    ...about
  }: {
    readonly place?: 'domain_controller' | 'member_server'
    readonly lockout?: LockoutPolicy
    /** Of the account itself. */
    readonly own?: LockoutPolicy
  } = {},
): AsyncDisposable & { readonly seen: SignInCheck[] } {
  const stop = new AbortController()
  const seen: SignInCheck[] = []
  const question = { waitMs: 5000, maxItems: 8, reachable: true, lockout: fiveTries, ...about }
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const { items } = await signInChecks.next(agent, question, stop.signal)
      for (const check of items) {
        seen.push(check)
        const { checkId, nonce, userId, objectGuid, sealed } = check
        const purpose = { use: 'prove', domainId: agent.domainId, userId, objectGuid, revision: checkId } as const
        const outcome = reply(await openPassword(keys.privateKey, sealed, purpose), check)
        const lockout = own === undefined ? {} : { lockout: own }
        if (outcome !== undefined)
          await signInChecks.answer(agent, agentActor, { answers: [{ checkId, nonce, outcome, ...lockout }] })
      }
    }
  }
  const ended = run()
  return {
    seen,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
    },
  }
}

export const knows =
  (right: string): Reply =>
  (password) =>
    password === right ? 'valid' : 'wrong_password'
