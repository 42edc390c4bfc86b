// Passwords on their way from the hub to domains. The hub keeps hashes, so a clear text is there for a moment only: when one is set, and
// when its user signs in. In that moment it is sealed for every sync agent of every domain that is to have it:
//
//   set ──sealed──> waiting ──an agent takes it with its work──> set there: erased, the account notes revision and time
//                      │                                    └──> refused: kept a day for another try, then erased
//                      └── superseded, or user, binding or agent gone: erased
//
// A domain or an agent that is added later has nothing to open: its accounts wait for the next sign-in. What is stored is no use to the
// hub, to another agent, or for another user, account or revision (`@lockstep/contract/agents/sealed-password`).
import type { Actor } from '@lockstep/contract/access'
import type { AccountPassword } from '@lockstep/contract/hub/user'
import { SealError, sealPassword } from '@lockstep/contract/agents/sealed-password'
import type { Clock } from '@lockstep/kernel/clock'
import { requirePermission } from '../../directory/access/access.rules.ts'
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { presentPasswords } from '../../directory/users/password-import.service.ts'
import type { DeliverPassword } from '../../directory/users/password.service.ts'
import { isDelegatedTo } from '../../directory/users/password-authority.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import * as domains from './domain.store.ts'
import { accountPassword, agentsLacking, mayGetPassword, type PasswordDelivery } from './password-delivery.rules.ts'
import * as store from './password-delivery.store.ts'

export interface PasswordDeliveries {
  /** Seals a password that was just saved, inside the transaction that saves it. */
  deliver: DeliverPassword
  /**
   * Called with the clear text of a sign-in that was right: seals it for the accounts that lack it, but not for those of the domain that
   * found it right. Costs two queries when none does. A text that is not the user's present password does nothing.
   */
  offerPassword(userId: string, password: string): Promise<void>
  /** How the password of each account of a user stands, by account. */
  accountPasswords(
    actor: Actor,
    user: User,
    accounts: readonly Account[],
  ): Promise<ReadonlyMap<string, AccountPassword>>
}

export interface PasswordDeliveryOptions {
  readonly database: Database
  readonly clock: Clock
  readonly verifyPassword: (hash: string, password: string) => Promise<boolean>
  readonly announce: () => void
}

export function createPasswordDeliveries(options: PasswordDeliveryOptions): PasswordDeliveries {
  const { database, clock, verifyPassword, announce } = options
  return {
    async deliver(db, saved) {
      // Whoever was put into a bound group a moment ago has an account too.
      await userAccounts.settleBound(db, [saved.userId])
      await seal(db, saved, clock.now())
      await store.removeSuperseded(db, saved)
    },
    async offerPassword(userId, password) {
      const present = await presentPasswords.find(database, userId)
      if (present === undefined) return
      const { hash, revision } = present
      const targets = await store.listTargets(database, userId)
      const lacking = targets.filter((target) => agentsLacking(target, revision).length > 0)
      const [user] = lacking.length === 0 ? [] : await findUsersById(database, [userId])
      if (user === undefined || lacking.every(({ directoryId }) => isDelegatedTo(directoryId, user))) return
      if (!(await verifyPassword(hash, password))) return
      await database.transaction(async (transaction) => {
        if (!(await presentPasswords.lockRevision(transaction, userId, revision))) return
        await seal(transaction, { userId, revision, password, despiteAuthority: false, isOffer: true }, clock.now())
        transaction.afterCommit(announce)
      })
    },
    async accountPasswords(actor, user, accounts) {
      requirePermission(actor, 'users.read')
      if (accounts.length === 0) return new Map()
      const present = await presentPasswords.find(database, user.id)
      const waiting = new Map((await store.listWaiting(database, user.id)).map((row) => [row.accountId, row.revision]))
      const useCases = new Map((await domains.list(database)).map(({ id, useCase }) => [id, useCase]))
      return new Map(
        accounts.map((account) => [
          account.id,
          accountPassword({
            ...{ account, user, revision: present?.revision },
            useCase: useCases.get(account.directoryId),
            waitingRevision: waiting.get(account.id),
          }),
        ]),
      )
    },
  }
}

type Saved = Parameters<DeliverPassword>[1] & {
  /** From a sign-in, and so nothing for the domain that was asked there. */
  readonly isOffer?: boolean
}

/** Seals a password for every agent that can bring it to an account that lacks it. */
async function seal(
  db: Queryable,
  { userId, revision, password, despiteAuthority, isOffer = false }: Saved,
  created: Date,
): Promise<void> {
  const targets = await store.listTargets(db, userId)
  const [user] = targets.length === 0 ? [] : await findUsersById(db, [userId])
  if (user === undefined) return
  const rows: PasswordDelivery[] = []
  for (const target of targets) {
    const { accountId, directoryId, objectGuid, useCase } = target
    if (!despiteAuthority && !mayGetPassword(useCase, directoryId, user)) continue
    // What was typed at a sign-in is no news to the domain that found it right.
    if (isOffer && isDelegatedTo(directoryId, user)) continue
    const purpose = { use: 'set', domainId: directoryId, userId, objectGuid: objectGuid ?? '' } as const
    for (const { id: agentId, sealingKey } of agentsLacking(target, revision)) {
      try {
        const sealed = await sealPassword(sealingKey, password, { ...purpose, revision: revision.toString() })
        rows.push({ accountId, agentId, userId, revision, objectGuid, despiteAuthority, sealed, created })
      } catch (error) {
        // A key that is none keeps nothing from the other agents; accounts of that one wait for the next sign-in.
        if (!(error instanceof SealError)) throw error
      }
    }
  }
  await store.put(db, rows)
}
