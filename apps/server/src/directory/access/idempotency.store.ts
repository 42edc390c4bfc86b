import type { Queryable } from '../../platform/db/database.ts'

/** A request that is being worked on under a key. */
export interface IdempotencyClaim {
  readonly target: string
  /** Who works on it, so that one who took too long does not write over who took over. */
  readonly holder: string
  readonly requestSealed: string
  readonly at: Date
  /** Rows from before are as if they were not there. */
  readonly forgottenBefore: Date
  /** Work that began before and has no answer was given up. */
  readonly abandonedBefore: Date
}

/** Takes a key; false when somebody has it. */
export async function claim(db: Queryable, wanted: IdempotencyClaim): Promise<boolean> {
  const made = await db.execute({
    name: 'idempotency-claim',
    text: `insert into idempotency_keys as known (target, holder, request_sealed, created) values ($1, $2, $3, $4)
      on conflict (target) do update
      set holder = excluded.holder, request_sealed = excluded.request_sealed, answer_sealed = null, created = excluded.created
      where known.created < $5 or (known.answer_sealed is null and known.created < $6)`,
    values: [
      wanted.target,
      wanted.holder,
      wanted.requestSealed,
      wanted.at,
      wanted.forgottenBefore,
      wanted.abandonedBefore,
    ],
  })
  return made > 0
}

export interface StoredAnswer {
  readonly requestSealed: string
  readonly answerSealed: string | null
}

export async function find(db: Queryable, target: string): Promise<StoredAnswer | undefined> {
  const rows = await db.query<StoredAnswer>({
    name: 'idempotency-find',
    text: `select request_sealed as "requestSealed", answer_sealed as "answerSealed" from idempotency_keys where target = $1`,
    values: [target],
  })
  return rows[0]
}

export async function keepAnswer(
  db: Queryable,
  row: { readonly target: string; readonly holder: string; readonly answerSealed: string },
): Promise<void> {
  await db.execute({
    name: 'idempotency-keep',
    text: 'update idempotency_keys set answer_sealed = $3 where target = $1 and holder = $2',
    values: [row.target, row.holder, row.answerSealed],
  })
}

export async function release(db: Queryable, row: { readonly target: string; readonly holder: string }): Promise<void> {
  await db.execute({
    name: 'idempotency-release',
    text: 'delete from idempotency_keys where target = $1 and holder = $2',
    values: [row.target, row.holder],
  })
}

/** Removes at most `limit` rows from before a time; answers how many went. */
export async function removeBefore(db: Queryable, before: Date, limit: number): Promise<number> {
  return db.execute({
    name: 'idempotency-remove',
    text: `delete from idempotency_keys where target in (
        select target from idempotency_keys where created < $1 order by created limit $2)`,
    values: [before, limit],
  })
}
