import type { Queryable } from '../../platform/db/database.ts'

/** A session as it is kept; its token is not. */
export interface UserSessionRow {
  readonly id: string
  readonly userId: string
  readonly csrfToken: string
  readonly awaitsSecondFactor: boolean
  readonly created: Date
  readonly expires: Date
  readonly lastSeen: Date
  readonly idleSeconds: number
  readonly sourceIp: string
  readonly userAgent: string
}

/** A session with what of its user decides about it. */
export interface FoundUserSession extends UserSessionRow {
  readonly username: string
  readonly isActive: boolean
  /** When the present password was set; null: there is none here. */
  readonly passwordChanged: Date | null
}

const columns = `s.id, s.user_id as "userId", s.csrf_token as "csrfToken", s.awaits_second_factor as "awaitsSecondFactor",
  s.created, s.expires, s.last_seen as "lastSeen", s.idle_seconds as "idleSeconds", s.source_ip as "sourceIp",
  s.user_agent as "userAgent"`

/** Whether it is over is for the caller to see. */
export async function find(db: Queryable, tokenHash: string): Promise<FoundUserSession | undefined> {
  const rows = await db.query<FoundUserSession>({
    name: 'user-sessions-find',
    text: `select ${columns}, u.username, u.state = 'ACTIVATED' as "isActive", p.changed as "passwordChanged"
      from user_sessions s
      join users u on u.id = s.user_id
      left join user_passwords p on p.user_id = s.user_id
      where s.token_hash = $1`,
    values: [tokenHash],
  })
  return rows[0]
}

/** Newest first; whether they are over is for the caller to see. */
export async function listOfUser(
  db: Queryable,
  { userId, limit }: { readonly userId: string; readonly limit: number },
): Promise<readonly FoundUserSession[]> {
  return db.query<FoundUserSession>({
    name: 'user-sessions-of-user',
    text: `select ${columns}, u.username, u.state = 'ACTIVATED' as "isActive", p.changed as "passwordChanged"
      from user_sessions s
      join users u on u.id = s.user_id
      left join user_passwords p on p.user_id = s.user_id
      where s.user_id = $1 order by s.created desc, s.id desc limit $2`,
    values: [userId, limit],
  })
}

/**
 * Answers how many were made: none when the user is not activated (any more), which the row lock makes sure of. Only the newest sessions of
 * a user stay: nobody fills the table by signing in.
 */
export async function insert(
  db: Queryable,
  session: UserSessionRow & { readonly tokenHash: string },
  keptOfUser: number,
): Promise<number> {
  return db.execute({
    name: 'user-sessions-insert',
    text: `with oldest as (
        delete from user_sessions where id in (
          select id from user_sessions where user_id = $3 order by created desc, id desc offset $12)
      )
      insert into user_sessions (id, token_hash, user_id, csrf_token, awaits_second_factor, created, expires, last_seen,
        idle_seconds, source_ip, user_agent)
      select $1, $2, id, $4, $5, $6, $7, $8, $9, $10, $11 from users where id = $3 and state = 'ACTIVATED' for share`,
    values: [
      ...[session.id, session.tokenHash, session.userId, session.csrfToken, session.awaitsSecondFactor],
      ...[session.created, session.expires, session.lastSeen, session.idleSeconds],
      ...[session.sourceIp, session.userAgent, keptOfUser - 1],
    ],
  })
}

export async function updateLastSeen(db: Queryable, id: string, at: Date): Promise<void> {
  await db.execute({
    name: 'user-sessions-last-seen',
    text: 'update user_sessions set last_seen = $2 where id = $1 and last_seen < $2',
    values: [id, at],
  })
}

export async function removeByToken(db: Queryable, tokenHash: string): Promise<number> {
  return db.execute({
    name: 'user-sessions-remove-by-token',
    text: 'delete from user_sessions where token_hash = $1',
    values: [tokenHash],
  })
}

/** One session of a user, or all of them. */
export async function removeOf(db: Queryable, { userId, id }: { userId: string; id?: string }): Promise<number> {
  return db.execute({
    name: 'user-sessions-remove-of',
    text: 'delete from user_sessions where user_id = $1 and ($2::text is null or id = $2)',
    values: [userId, id ?? null],
  })
}

export async function removeOver(db: Queryable, now: Date, limit: number): Promise<number> {
  return db.execute({
    name: 'user-sessions-remove-over',
    text: `delete from user_sessions where id in (
        select id from user_sessions
        where expires <= $1 or last_seen + idle_seconds * interval '1 second' <= $1 limit $2)`,
    values: [now, limit],
  })
}
