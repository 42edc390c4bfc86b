import type { Account } from '../../directory/bindings/account.rules.ts'

/**
 * What `syncStatus=true` adds to a user of a domain: the object there, and whether it is as it should be. JumpCloud says no more of the code than
 * that it is a number; these are 200 for done, 202 for waiting, 500 for failed.
 */
export function renderSync(account: Account | undefined): Readonly<Record<string, unknown>> {
  if (account === undefined) return {}
  const { externalId, appliedAt, error } = account
  return {
    ...(externalId === null ? {} : { externalId }),
    syncStatus: {
      ...(appliedAt === null ? {} : { syncedAt: appliedAt.toISOString() }),
      ...statusOf(account),
      details: detailsOf(error),
    },
  }
}

function statusOf({ error, desiredRevision, appliedRevision }: Account): {
  readonly code: number
  readonly message: string
} {
  if (error !== null) return { code: 500, message: error.message }
  if (desiredRevision > appliedRevision) return { code: 202, message: 'Waiting to be written to the domain.' }
  return { code: 200, message: 'The domain has what the hub has.' }
}

function detailsOf(error: Account['error']): readonly object[] {
  return error === null ? [] : [{ kind: error.kind, code: error.code, remedy: error.remedy, at: error.at }]
}
