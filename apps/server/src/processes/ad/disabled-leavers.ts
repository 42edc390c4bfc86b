// Those whose leaving is held, such as because the integration group was emptied by accident, and whose account somebody disabled: that
// alone suspends them, as it would have without the accident.
import { changeMany } from '../../directory/users/user-import.service.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { GuardedItem } from '../plans/plan.rules.ts'
import type { Decided } from './decide-users.ts'
import type { ImportRun } from './import-run.ts'

const key = 'disabled'

function textOf({ name }: ImportRun['domain']): string {
  return `The account was disabled in ${name}.`
}

function isDisabled({ object, decision }: Decided, domain: ImportRun['domain']): boolean {
  if (decision.kind !== 'leave' || domain.behaviour.disable !== 'suspend') return false
  const { user, account } = decision
  const control = Number(object.attributes?.['userAccountControl'] ?? '512')
  return (
    (control & 2) !== 0 && user.state !== 'SUSPENDED' && user.homeDirectoryId === domain.id && !account.disabledByHub
  )
}

/** What the guard is asked for beside the leaving that it holds. */
export function disablings(run: ImportRun, held: readonly Decided[]): readonly GuardedItem[] {
  return held.flatMap((row) => {
    const { object, decision } = row
    if (decision.kind !== 'leave' || !isDisabled(row, run.domain)) return []
    const { user } = decision
    return [
      {
        kind: 'suspend',
        subjectKind: 'user',
        subjectId: user.id,
        subjectName: user.username,
        reference: { key, guid: object.guid },
        reason: textOf(run.domain),
        changes: { state: { before: user.state, after: 'SUSPENDED' } },
      },
    ]
  })
}

/** Suspends those for whom the guard admitted it. */
export async function suspendDisabled(
  db: Queryable,
  run: ImportRun,
  { decided, allowed }: { readonly decided: readonly Decided[]; readonly allowed: ReadonlySet<string> },
): Promise<void> {
  const { domain, now, origin } = run
  const changes = decided.flatMap(({ object, decision }) =>
    decision.kind === 'leave' && allowed.has(`${object.guid} suspend ${key}`)
      ? [{ user: decision.user, input: {}, set: { state: 'SUSPENDED', suspendedBy: domain.id } as const }]
      : [],
  )
  const cause = { ...origin.cause, text: textOf(domain) }
  await changeMany(db, changes, { directoryId: domain.id, now, origin: { ...origin, cause } })
}
