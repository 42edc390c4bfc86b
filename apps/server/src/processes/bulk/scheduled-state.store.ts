import { type RawBuilder, sql } from 'kysely'
import type { Id } from '@lockstep/kernel/ids'
import { compileCondition, compose, type Condition, type FieldColumn } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { StoredOrigin } from './bulk-job.rules.ts'

export type ScheduledTarget = 'ACTIVATED' | 'SUSPENDED'

export interface StoredSchedule {
  readonly id: Id
  readonly userId: string
  readonly state: ScheduledTarget
  readonly due: Date
  /** Null: no mail; empty: to the user's own address. */
  readonly activationEmail: string | null
  readonly origin: StoredOrigin
}

const columns = `id, user_id as "userId", state, due, activation_email as "activationEmail", origin`

/** Inserts what is not scheduled yet, and answers what is scheduled now for these users, state and time. */
export async function insertMany(
  db: Queryable,
  schedules: readonly StoredSchedule[],
  now: Date,
): Promise<{ readonly made: ReadonlySet<string>; readonly all: readonly StoredSchedule[] }> {
  const rows = JSON.stringify(schedules)
  const made = await db.query<{ id: string }>({
    name: 'scheduled-states-insert',
    text: `insert into scheduled_states (id, user_id, state, due, activation_email, origin, created)
      select id, "userId", state, due, "activationEmail", origin, $2
      from jsonb_to_recordset($1::jsonb) as input(id text, "userId" text, state text, due timestamptz,
        "activationEmail" text, origin jsonb)
      on conflict do nothing returning id`,
    values: [rows, now],
  })
  const all = await db.query<StoredSchedule>({
    name: 'scheduled-states-of-input',
    text: `select ${columns} from scheduled_states
      where (user_id, state, due) in (select "userId", state, due
        from jsonb_to_recordset($1::jsonb) as input("userId" text, state text, due timestamptz))
      order by id limit $2`,
    values: [rows, schedules.length],
  })
  return { made: new Set(made.map(({ id }) => id)), all }
}

/** What is due, locked until the transaction ends; what another hub has in its hands, and what is named, is passed over. */
export async function claimDue(
  db: Queryable,
  { now, limit, except }: { readonly now: Date; readonly limit: number; readonly except: readonly string[] },
): Promise<readonly StoredSchedule[]> {
  return db.query<StoredSchedule>({
    name: 'scheduled-states-claim',
    text: `select ${columns} from scheduled_states where due <= $1 and id <> all($3)
      order by due, id limit $2 for update skip locked`,
    values: [now, limit, except],
  })
}

export async function removeMany(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.execute({
    name: 'scheduled-states-remove',
    text: 'delete from scheduled_states where id = any($1)',
    values: [ids],
  })
}

/** Removes one and answers it as it was. */
export async function removeOne(db: Queryable, id: string): Promise<StoredSchedule | undefined> {
  const [row] = await db.query<StoredSchedule>({
    name: 'scheduled-states-remove-one',
    text: `delete from scheduled_states where id = $1 returning ${columns}`,
    values: [id],
  })
  return row
}

export interface ScheduleListing {
  readonly condition?: Condition
  readonly userId?: string
  readonly limit: number
  readonly skip: number
}

const fieldColumns: Readonly<Record<string, FieldColumn>> = {
  id: { expression: sql`id`, type: 'text' },
  scheduledJobId: { expression: sql`id`, type: 'text' },
  systemUserId: { expression: sql`user_id`, type: 'text' },
  state: { expression: sql`state`, type: 'text' },
  scheduledDate: { expression: sql`due`, type: 'timestamp' },
}

function matching({ condition, userId }: ScheduleListing): RawBuilder<unknown> {
  const conditions = [
    userId === undefined ? sql`true` : sql`user_id = ${userId}`,
    condition === undefined
      ? sql`true`
      : compileCondition(condition, (field) => (Object.hasOwn(fieldColumns, field) ? fieldColumns[field] : undefined)),
  ]
  return sql.join(conditions, sql` and `)
}

/** In the order in which they are due. A field that cannot be filtered by throws ConditionError. */
export async function list(db: Queryable, listing: ScheduleListing): Promise<readonly StoredSchedule[]> {
  return db.query<StoredSchedule>(
    compose(sql`select ${sql.raw(columns)} from scheduled_states where ${matching(listing)}
      order by due, id limit ${listing.limit} offset ${listing.skip}`),
  )
}

export async function count(db: Queryable, listing: ScheduleListing): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    compose(sql`select count(*) as count from scheduled_states where ${matching(listing)}`),
  )
  return row?.count ?? 0
}

/** The next change to each state of each of the users. */
export async function listNext(db: Queryable, userIds: readonly string[]): Promise<readonly StoredSchedule[]> {
  return db.query<StoredSchedule>({
    name: 'scheduled-states-next',
    text: `select * from (
        select distinct on (user_id, scheduled_states.state) ${columns} from scheduled_states where user_id = any($1)
        order by user_id, scheduled_states.state, due, id) as next
      order by due, id limit $2`,
    values: [userIds, userIds.length * 2],
  })
}
