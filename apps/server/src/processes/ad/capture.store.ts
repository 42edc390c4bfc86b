import type { Queryable } from '../../platform/db/database.ts'
import type { CaptureFacts } from './capture.rules.ts'

interface FactsRow extends Omit<CaptureFacts, 'revision'> {
  readonly revision: string | null
}

const inScope = `object.domain_id = $1 and object.kind = 'user' and object.in_scope and not object.deleted
  and not account.user_deleted and account.left_at is null`
/** Restricted fields are kept together, by the authority that they belong to. */
const permitted = `not exists (select from jsonb_array_elements(users.attributes -> 'restrictedFields') as owned
  where owned -> 'fields' ? 'password' and owned ->> 'id' <> $1)`
/** What the domain refused waits for another try, and is out of date once the domain has another password. */
const delivering = `(account.password_error is null
  and exists (select from password_deliveries where account_id = account.id))`

/** What is known of objects of a domain that are in scope and somebody's. */
export async function listFacts(
  db: Queryable,
  key: { readonly domainId: string; readonly guids: readonly string[] },
): Promise<readonly CaptureFacts[]> {
  const rows = await db.query<FactsRow>({
    name: 'ad-captures-facts',
    text: `select object.guid, account.id as "accountId", account.user_id as "userId", ${permitted} as permitted,
        ${delivering} as delivering, account.password_last_set as "deliveredAt", 
          case when capture.outcome <> 'nothing' then capture.revision end::text as revision
      from ad_objects as object
        join accounts as account on account.directory_id = $1 and account.external_id = object.guid
        join users on users.id = account.user_id
        left join ad_captures as capture on capture.domain_id = $1 and capture.guid = object.guid
      where ${inScope} and object.guid = any($2::uuid[])
      limit $3`,
    values: [key.domainId, key.guids, key.guids.length],
  })
  return rows.map((row) => ({ ...row, revision: row.revision === null ? null : BigInt(row.revision) }))
}

/**
 * Objects whose password, as last read, is newer than what was handed in, so that their agent has it and we do not. One that could not be
 * had is asked for again when other ways are allowed.
 */
export async function listLacking(
  db: Queryable,
  query: { readonly domainId: string; readonly ways: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-captures-lacking',
    text: `with lacking as materialized (
        select object.guid, account.id, account.user_id, account.password_error
        from ad_objects as object
          join accounts as account on account.directory_id = $1 and account.external_id = object.guid
          left join ad_captures as capture on capture.domain_id = $1 and capture.guid = object.guid
        where ${inScope} and object.attributes ->> 'pwdLastSet' ~ '^[0-9]{1,18}$'
          and (capture.guid is null or (capture.outcome = 'nothing' and capture.ways <> $2)
            or (object.attributes ->> 'pwdLastSet')::bigint > capture.pwd_last_set
            or (object.attributes ->> 'pwdLastSet' = '0' and capture.pwd_last_set > 0))
      )
      select guid from lacking as account join users on users.id = account.user_id
      where ${permitted} and not ${delivering}
      order by guid limit $3`,
    values: [query.domainId, query.ways, query.limit],
  })
  return rows.map(({ guid }) => guid)
}

/** What is known of an object's password from now on. */
export interface CaptureMark {
  readonly domainId: string
  readonly guid: string
  readonly revision: string
  readonly pwdLastSet: string
  readonly outcome: 'taken' | 'own' | 'nothing'
  readonly ways: string
  readonly at: Date
}

/** Notes what was handed in, unless something newer was. */
export async function note(db: Queryable, mark: CaptureMark): Promise<void> {
  await db.execute({
    name: 'ad-captures-note',
    text: `insert into ad_captures as known (domain_id, guid, revision, pwd_last_set, outcome, ways, at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (domain_id, guid) do update set revision = excluded.revision, pwd_last_set = excluded.pwd_last_set,
        outcome = excluded.outcome, ways = excluded.ways, at = excluded.at
      where known.revision <= excluded.revision`,
    values: [mark.domainId, mark.guid, mark.revision, mark.pwdLastSet, mark.outcome, mark.ways, mark.at],
  })
}

/** The account has this password from its own directory: nothing is to be carried there, and what is older nowhere. */
export async function noteOrigin(
  db: Queryable,
  row: { readonly accountId: string; readonly userId: string; readonly revision: number; readonly setAt: Date },
): Promise<void> {
  await db.execute({
    name: 'ad-captures-origin',
    text: `with superseded as (delete from password_deliveries where user_id = $4 and revision < $2)
      update accounts set delivered_password_revision = $2, password_last_set = $3, password_error = null where id = $1`,
    values: [row.accountId, row.revision, row.setAt, row.userId],
  })
}
