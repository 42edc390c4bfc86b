import type { Queryable } from '../../platform/db/database.ts'
import type { GroupDemand } from './user-factor.rules.ts'

/** Stays between store and service; the secret opens for its user alone. */
export interface AuthenticatorRow {
  readonly secretSealed: string
  /** Null while it is being enrolled. */
  readonly confirmed: Date | null
  /** The newest time step whose code was used. */
  readonly lastStep: number
}

/** The authenticator, locked: two codes at the same moment are looked at one after the other. */
export async function findAuthenticatorHeld(db: Queryable, userId: string): Promise<AuthenticatorRow | undefined> {
  const rows = await db.query<AuthenticatorRow>({
    name: 'user-authenticators-find-held',
    text: `select secret_sealed as "secretSealed", confirmed, last_step as "lastStep"
      from user_authenticators where user_id = $1 for update`,
    values: [userId],
  })
  return rows[0]
}

/** Begins an enrolment anew; answers 0 when an authenticator is confirmed already. */
export async function beginAuthenticator(
  db: Queryable,
  { userId, secretSealed, created }: { readonly userId: string; readonly secretSealed: string; readonly created: Date },
): Promise<number> {
  return db.execute({
    name: 'user-authenticators-begin',
    text: `insert into user_authenticators as a (user_id, secret_sealed, created) values ($1, $2, $3)
      on conflict (user_id) do update set secret_sealed = $2, created = $3, last_step = 0 where a.confirmed is null`,
    values: [userId, secretSealed, created],
  })
}

export async function updateConfirmed(db: Queryable, userId: string, confirmed: Date): Promise<void> {
  await db.execute({
    name: 'user-authenticators-update-confirmed',
    text: 'update user_authenticators set confirmed = $2 where user_id = $1',
    values: [userId, confirmed],
  })
}

export async function updateLastStep(db: Queryable, userId: string, step: number): Promise<void> {
  await db.execute({
    name: 'user-authenticators-update-last-step',
    text: 'update user_authenticators set last_step = $2 where user_id = $1',
    values: [userId, step],
  })
}

/** Answers how many confirmed ones went. */
export async function removeAuthenticator(db: Queryable, userId: string): Promise<number> {
  const rows = await db.query<{ confirmed: Date | null }>({
    name: 'user-authenticators-remove',
    text: 'delete from user_authenticators where user_id = $1 returning confirmed',
    values: [userId],
  })
  return rows.filter(({ confirmed }) => confirmed !== null).length
}

export async function replaceRecoveryCodes(db: Queryable, userId: string, hashes: readonly string[]): Promise<void> {
  await db.execute({
    name: 'user-recovery-codes-remove-of',
    text: 'delete from user_recovery_codes where user_id = $1',
    values: [userId],
  })
  await db.execute({
    name: 'user-recovery-codes-insert',
    text: 'insert into user_recovery_codes (user_id, code_hash) select $1, unnest($2::text[])',
    values: [userId, hashes],
  })
}

/** Uses a recovery code up; answers 0 when it is none, or none any more. */
export async function useRecoveryCode(db: Queryable, userId: string, hash: string): Promise<number> {
  return db.execute({
    name: 'user-recovery-codes-use',
    text: 'delete from user_recovery_codes where user_id = $1 and code_hash = $2',
    values: [userId, hash],
  })
}

/** What a user has enrolled, in numbers. */
export interface FactorCounts {
  /** When the authenticator was confirmed. */
  readonly authenticator: Date | null
  readonly passkeys: number
  readonly recoveryCodes: number
}

const noFactors = { authenticator: null, passkeys: 0, recoveryCodes: 0, groups: [] }

export async function countFactors(db: Queryable, userId: string): Promise<FactorCounts> {
  const rows = await db.query<FactorCounts>({
    name: 'user-factors-count',
    text: `select (select confirmed from user_authenticators where user_id = $1) as authenticator,
        (select count(*)::int from user_passkeys where user_id = $1) as passkeys,
        (select count(*)::int from user_recovery_codes where user_id = $1) as "recoveryCodes"`,
    values: [userId],
  })
  return rows[0] ?? noFactors
}

/** What a user has enrolled, with the groups of theirs that ask for a second factor; who is leaving one is not asked by it. */
export async function findStanding(
  db: Queryable,
  userId: string,
): Promise<FactorCounts & { readonly groups: readonly GroupDemand[] }> {
  const rows = await db.query<FactorCounts & { groups: readonly Record<keyof GroupDemand, string | number>[] }>({
    name: 'user-factors-standing',
    text: `select (select confirmed from user_authenticators where user_id = $1) as authenticator,
        (select count(*)::int from user_passkeys where user_id = $1) as passkeys,
        (select count(*)::int from user_recovery_codes where user_id = $1) as "recoveryCodes",
        (select coalesce(json_agg(demand), '[]') from (
          select g.since, g.grace_days as "graceDays", min(m.added) as "memberSince"
          from group_members m join group_second_factors g on g.group_id = m.group_id
          where m.user_id = $1 and not m.removing group by g.group_id, g.since, g.grace_days) as demand) as groups`,
    values: [userId],
  })
  const { groups = [], ...counts } = rows[0] ?? noFactors
  return {
    ...counts,
    groups: groups.map(({ since, graceDays, memberSince }) => ({
      since: new Date(since),
      graceDays: Number(graceDays),
      memberSince: new Date(memberSince),
    })),
  }
}

/** Every factor of a user goes; answers how many there were. */
export async function removeAll(db: Queryable, userId: string): Promise<number> {
  const authenticators = await removeAuthenticator(db, userId)
  const passkeys = await db.execute({
    name: 'user-passkeys-remove-of',
    text: 'delete from user_passkeys where user_id = $1',
    values: [userId],
  })
  await replaceRecoveryCodes(db, userId, [])
  return authenticators + passkeys
}

export interface GroupSecondFactorRow {
  readonly since: Date
  readonly graceDays: number
}

export async function findGroupDemand(db: Queryable, groupId: string): Promise<GroupSecondFactorRow | undefined> {
  const rows = await db.query<GroupSecondFactorRow>({
    name: 'group-second-factors-find',
    text: 'select since, grace_days as "graceDays" from group_second_factors where group_id = $1',
    values: [groupId],
  })
  return rows[0]
}

/** Asks from `since` on; where the group asked already, only its grace changes. */
export async function putGroupDemand(
  db: Queryable,
  { groupId, since, graceDays }: GroupSecondFactorRow & { readonly groupId: string },
): Promise<void> {
  await db.execute({
    name: 'group-second-factors-put',
    text: `insert into group_second_factors (group_id, since, grace_days) values ($1, $2, $3)
      on conflict (group_id) do update set grace_days = $3`,
    values: [groupId, since, graceDays],
  })
}

export async function removeGroupDemand(db: Queryable, groupId: string): Promise<number> {
  return db.execute({
    name: 'group-second-factors-remove',
    text: 'delete from group_second_factors where group_id = $1',
    values: [groupId],
  })
}
