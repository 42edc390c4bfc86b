// Accounts that the hub made and the domain lacks, such as after its controller went back to an old copy. Where the hub is the authority they
// are made anew by themselves, within the limits of the guard; elsewhere a person says so, for one user or in a comparison.
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { AccountError } from '../../directory/bindings/account.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { GuardedItem } from '../plans/plan.rules.ts'
import type { PlanService } from '../plans/plan.service.ts'
import { configurationOf } from './configuration.rules.ts'
import type { Domain } from './domain.rules.ts'
import * as comparisons from './comparison.store.ts'
import * as domains from './domain.store.ts'
import * as mirror from './mirror.store.ts'
import * as ties from './mirror-ties.store.ts'

/** Of one round; the rest follows with the next. */
const accountsPerRound = 900

/** What stands at the account until somebody decides. */
export function lostError({ name }: Pick<Domain, 'name'>, now: Date): AccountError {
  return {
    kind: 'object_gone',
    message: `The account is not in ${name} any more: it was deleted there, or the domain controller went back to an old copy.`,
    remedy: 'Try again now to have it made anew, with the groups that the user is in; else disconnect the user.',
    at: now.toISOString(),
  }
}

/**
 * Makes anew what a domain lacks, where the hub is the authority and the guard permits. While an agent is asked for every account this waits,
 * so that the guard judges all of them together: a service account that sees nobody any more is no loss. Its mirror is locked.
 */
export async function makeLostAgain(
  db: Queryable,
  { plans }: { readonly plans: Pick<PlanService, 'admit'> },
  domainId: string,
): Promise<void> {
  const domain = await domains.find(db, domainId)
  if (domain === undefined || configurationOf(domain.useCase).home !== 'hub') return
  if (await comparisons.isAsking(db, domain.id)) return
  const lost = await userAccounts.listLost(db, domain.id, accountsPerRound)
  if (lost.length === 0) return
  const items = lost.map(({ userId, username, externalId, externalName }): GuardedItem => ({
    kind: 'make_again',
    subjectKind: 'user',
    subjectId: userId,
    subjectName: username,
    reference: { key: '', guid: externalId },
    reason: `The account is not in ${domain.name} any more.`,
    changes: { [`account:${domain.name}`]: { before: externalName ?? externalId } },
  }))
  const { users, memberships } = await ties.countSource(db, domain.id)
  const source = { kind: 'directory', id: domain.id, name: domain.name } as const
  const admitted = await plans.admit(db, { source, items, userCount: users, membershipCount: memberships })
  const userIds = admitted.map(({ subjectId }) => subjectId)
  await userAccounts.makeAnew(db, { directoryId: domain.id, userIds })
  // A mirror that nobody keeps up would give the users their old objects back.
  await mirror.removeObjects(
    db,
    domain.id,
    admitted.map(({ reference }) => reference.guid),
  )
}
