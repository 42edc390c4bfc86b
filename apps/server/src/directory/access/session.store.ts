import type { Role } from '@lockstep/contract/access'
import type { Queryable } from '../../platform/db/database.ts'
import type { CustomRole } from './access.rules.ts'
import { customRoleColumn } from './administrator.store.ts'

export interface SessionRow {
  readonly csrfToken: string
  readonly expires: Date
  readonly lastSeen: Date
  readonly administratorId: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly customRole: CustomRole | null
  readonly secondFactorRequired: boolean
  readonly secondFactorEnrolled: boolean
}

/** A session with its administrator, unless that one is suspended; whether it is over is for the caller to see. */
export async function find(db: Queryable, tokenHash: string): Promise<SessionRow | undefined> {
  const rows = await db.query<SessionRow>({
    name: 'sessions-find',
    text: `select s.csrf_token as "csrfToken", s.expires, s.last_seen as "lastSeen",
        a.id as "administratorId", a.email, a.name, a.role, ${customRoleColumn},
        a.second_factor_required as "secondFactorRequired", f.administrator_id is not null as "secondFactorEnrolled"
      from sessions s
      join administrators a on a.id = s.administrator_id
      left join roles r on r.id = a.role_id
      left join administrator_second_factors f on f.administrator_id = a.id and f.confirmed is not null
      where s.token_hash = $1 and not a.suspended`,
    values: [tokenHash],
  })
  return rows[0]
}

export interface NewSession {
  readonly tokenHash: string
  readonly csrfToken: string
  readonly administratorId: string
  readonly created: Date
  readonly expires: Date
  readonly sourceIp: string
}

export async function insert(db: Queryable, session: NewSession): Promise<void> {
  const { tokenHash, administratorId, csrfToken, created, expires, sourceIp } = session
  await db.execute({
    name: 'sessions-insert',
    text: `insert into sessions (token_hash, administrator_id, csrf_token, created, expires, last_seen, source_ip)
      values ($1, $2, $3, $4, $5, $4, $6)`,
    values: [tokenHash, administratorId, csrfToken, created, expires, sourceIp],
  })
}

export async function updateLastSeen(db: Queryable, tokenHash: string, at: Date): Promise<void> {
  await db.execute({
    name: 'sessions-update-last-seen',
    text: 'update sessions set last_seen = $2 where token_hash = $1 and last_seen < $2',
    values: [tokenHash, at],
  })
}

/** Answers how many ended: none when it was over already. */
export async function remove(db: Queryable, tokenHash: string): Promise<number> {
  return db.execute({
    name: 'sessions-remove',
    text: 'delete from sessions where token_hash = $1',
    values: [tokenHash],
  })
}

export async function removeOf(db: Queryable, administratorId: string): Promise<number> {
  return db.execute({
    name: 'sessions-remove-of',
    text: 'delete from sessions where administrator_id = $1',
    values: [administratorId],
  })
}

export async function removeOver(
  db: Queryable,
  over: { readonly expiredBy: Date; readonly lastSeenBy: Date; readonly limit: number },
): Promise<number> {
  return db.execute({
    name: 'sessions-remove-over',
    text: `delete from sessions where token_hash in (
        select token_hash from sessions where expires <= $1 or last_seen <= $2 limit $3)`,
    values: [over.expiredBy, over.lastSeenBy, over.limit],
  })
}

export async function countOf(
  db: Queryable,
  administratorIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ id: string; count: number }>({
    name: 'sessions-count-of',
    text: `select administrator_id as id, count(*) as count from sessions where administrator_id = any($1::text[]) group by 1`,
    values: [administratorIds],
  })
  return new Map(rows.map(({ id, count }) => [id, count]))
}
