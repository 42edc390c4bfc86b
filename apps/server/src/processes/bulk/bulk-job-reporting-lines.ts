// The end of a job of rows that name managers: whom no row's own turn could find, such as the user of a later row, is looked for again
// when every row is done. Nobody is held up by a manager: what is not found then stands as the row's remark.
import type { ManagerName } from '@lockstep/contract/hub/bulk-job'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserBulkService } from '../../directory/users/user-bulk.service.ts'
import { findUsersByNames } from '../../directory/users/user-import.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import * as parts from './bulk-job-part.store.ts'
import { failureOf } from './bulk-job.rules.ts'
import type { StoredJob } from './bulk-job.store.ts'
import { managerIn, managerMissing } from './bulk-row-parts.rules.ts'

const rowsPerBatch = 250

/** Those of the named users who are there now. */
export async function findManagers(
  db: Queryable,
  names: readonly ManagerName[],
): Promise<(name: ManagerName) => User | undefined> {
  if (names.length === 0) return () => undefined
  const found = await findUsersByNames(db, {
    usernames: names.flatMap(({ username }) => username?.toLowerCase() ?? []),
    emails: names.flatMap(({ email }) => email?.toLowerCase() ?? []),
    employeeIds: names.flatMap(({ employeeIdentifier }) => employeeIdentifier ?? []),
  })
  return managerIn(found)
}

/** Sets the managers of some rows that are done but for them; answers how many rows that were. */
export async function workManagers(
  db: Queryable,
  work: {
    readonly job: StoredJob
    readonly origin: ChangeOrigin
    readonly now: Date
    readonly userBulk: Pick<UserBulkService, 'changeMany'>
  },
): Promise<number> {
  const { job, origin, now, userBulk } = work
  const rows = await parts.claimUnled(db, job.id, rowsPerBatch)
  if (rows.length === 0) return 0
  const named = rows.map((row) => ({ ...row, name: row.parts.managerNamed ?? {} }))
  const find = await findManagers(
    db,
    named.map(({ name }) => name),
  )
  const led = named.flatMap((row) => {
    const manager = find(row.name)
    return manager === undefined ? [] : [{ ...row, manager: manager.id }]
  })
  const outcomes = await userBulk.changeMany(
    db,
    led.map(({ userId, manager }) => ({ userId, input: { manager }, origin })),
    { now, defaultState: job.defaultState },
  )
  const outcomeAt = new Map(led.map(({ position }, index) => [position, outcomes[index]]))
  const ended = named.map(({ position, name }): parts.LedRow => {
    const outcome = outcomeAt.get(position)
    if (outcome === undefined) return { position, isChanged: false, remark: failureOf(managerMissing(name)) }
    if (!outcome.ok) return { position, isChanged: false, remark: failureOf(outcome) }
    return { position, isChanged: outcome.isChanged, remark: null }
  })
  await parts.endUnled(db, job.id, ended, now)
  return rows.length
}
