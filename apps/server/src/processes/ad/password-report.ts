// What an agent reports of passwords, item by item. What a domain took is a fact, whoever has the work now: it is noted and erased here. A
// refusal counts only from the agent that holds the account; it is kept with its words until something comes of it.
import type { PasswordOutcome, UserOutcome } from '@lockstep/contract/agents/protocol'
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account, AccountError, PasswordReport } from '../../directory/bindings/account.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { isFinalRefusal } from './password-delivery.rules.ts'
import * as deliveries from './password-delivery.store.ts'

type Failure = NonNullable<PasswordOutcome['failure']>

interface Recording {
  readonly agentId: string
  readonly now: Date
  readonly errorOf: (failure: Failure) => AccountError
}

/** Notes what became of passwords. Answers, by account, the refusals after which the account is tried again. */
export async function recordPasswords(
  db: Queryable,
  outcomes: readonly { readonly account: Account; readonly outcome: UserOutcome }[],
  { agentId, now, errorOf }: Recording,
): Promise<ReadonlyMap<string, Failure>> {
  const tried = outcomes.flatMap(({ account, outcome: { password } }) =>
    password === undefined ? [] : [{ account, password }],
  )
  if (tried.length === 0) return new Map()
  const accountIds = tried.map(({ account }) => account.id)
  const waiting = new Map(
    (await deliveries.listForAgent(db, { agentId, accountIds })).map((row) => [row.accountId, row]),
  )
  const reports: PasswordReport[] = []
  const settled: { accountId: string; revision: number; agentId?: string }[] = []
  const again = new Map<string, Failure>()
  for (const { account, password } of tried) {
    const { revision, lastSet, failure } = password
    const { id: accountId } = account
    if (failure === undefined) {
      const lastSetAt = lastSet === undefined ? null : new Date(lastSet)
      reports.push({ id: accountId, revision, lastSet: lastSetAt, error: null })
      settled.push({ accountId, revision })
    } else if (account.leasedBy === agentId) {
      reports.push({ id: accountId, revision: null, lastSet: null, error: errorOf(failure) })
      if (!isFinalRefusal(failure, waiting.get(accountId)?.created ?? now, now)) again.set(accountId, failure)
      // What this agent cannot open another one may.
      else settled.push({ accountId, revision, ...(failure.kind === 'password_sealed' ? { agentId } : {}) })
    }
  }
  await userAccounts.reportPasswords(db, reports)
  await deliveries.erase(db, settled)
  return again
}
