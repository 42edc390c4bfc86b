import type { Queryable } from '../../platform/db/database.ts'

/** Stays between store and service; the secret opens for its administrator alone. */
export interface SecondFactorRow {
  readonly administratorId: string
  readonly secretSealed: string
  /** Null while it is being enrolled. */
  readonly confirmed: Date | null
  /** The newest time step whose code was used. */
  readonly lastStep: number
}

const columns = `administrator_id as "administratorId", secret_sealed as "secretSealed", confirmed, last_step as "lastStep"`

export async function find(db: Queryable, administratorId: string): Promise<SecondFactorRow | undefined> {
  const rows = await db.query<SecondFactorRow>({
    name: 'second-factors-find',
    text: `select ${columns} from administrator_second_factors where administrator_id = $1`,
    values: [administratorId],
  })
  return rows[0]
}

/** Two codes at the same moment are looked at one after the other. */
export async function findHeld(db: Queryable, administratorId: string): Promise<SecondFactorRow | undefined> {
  const rows = await db.query<SecondFactorRow>({
    name: 'second-factors-find-held',
    text: `select ${columns} from administrator_second_factors where administrator_id = $1 for update`,
    values: [administratorId],
  })
  return rows[0]
}

/** Begins an enrolment anew; answers 0 when a factor is confirmed already. */
export async function begin(
  db: Queryable,
  factor: { readonly administratorId: string; readonly secretSealed: string; readonly created: Date },
): Promise<number> {
  return db.execute({
    name: 'second-factors-begin',
    text: `insert into administrator_second_factors as f (administrator_id, secret_sealed, created)
      values ($1, $2, $3)
      on conflict (administrator_id) do update set secret_sealed = $2, created = $3, last_step = 0
      where f.confirmed is null`,
    values: [factor.administratorId, factor.secretSealed, factor.created],
  })
}

export async function updateConfirmed(db: Queryable, administratorId: string, confirmed: Date): Promise<void> {
  await db.execute({
    name: 'second-factors-update-confirmed',
    text: 'update administrator_second_factors set confirmed = $2 where administrator_id = $1',
    values: [administratorId, confirmed],
  })
}

export async function updateLastStep(db: Queryable, administratorId: string, step: number): Promise<void> {
  await db.execute({
    name: 'second-factors-update-last-step',
    text: 'update administrator_second_factors set last_step = $2 where administrator_id = $1',
    values: [administratorId, step],
  })
}

/** Removes the factor with its recovery codes; answers how many factors that were. */
export async function remove(db: Queryable, administratorId: string): Promise<number> {
  await db.execute({
    name: 'recovery-codes-remove-of',
    text: 'delete from administrator_recovery_codes where administrator_id = $1',
    values: [administratorId],
  })
  return db.execute({
    name: 'second-factors-remove',
    text: 'delete from administrator_second_factors where administrator_id = $1',
    values: [administratorId],
  })
}

export async function replaceRecoveryCodes(
  db: Queryable,
  administratorId: string,
  hashes: readonly string[],
): Promise<void> {
  await db.execute({
    name: 'recovery-codes-remove-of',
    text: 'delete from administrator_recovery_codes where administrator_id = $1',
    values: [administratorId],
  })
  await db.execute({
    name: 'recovery-codes-insert',
    text: `insert into administrator_recovery_codes (administrator_id, code_hash) select $1, unnest($2::text[])`,
    values: [administratorId, hashes],
  })
}

/** Uses a recovery code up; answers 0 when it is none, or none any more. */
export async function useRecoveryCode(db: Queryable, administratorId: string, hash: string): Promise<number> {
  return db.execute({
    name: 'recovery-codes-use',
    text: 'delete from administrator_recovery_codes where administrator_id = $1 and code_hash = $2',
    values: [administratorId, hash],
  })
}

export async function countRecoveryCodes(db: Queryable, administratorId: string): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'recovery-codes-count',
    text: 'select count(*) as count from administrator_recovery_codes where administrator_id = $1',
    values: [administratorId],
  })
  return rows[0]?.count ?? 0
}
