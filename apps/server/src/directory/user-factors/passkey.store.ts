import type { Queryable } from '../../platform/db/database.ts'

export interface PasskeyRow {
  readonly id: string
  readonly host: string
  readonly credentialId: string
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly synced: boolean
  readonly created: Date
  readonly lastUsed: Date | null
}

export type ChallengeUse = 'create' | 'get'

const columns = `id, host, credential_id as "credentialId", public_key as "publicKey", counter::float8 as counter, transports, name, synced,
  created, last_used as "lastUsed"`

/** Oldest first. */
export async function list(db: Queryable, userId: string): Promise<readonly PasskeyRow[]> {
  return db.query<PasskeyRow>({
    name: 'user-passkeys-list',
    text: `select ${columns} from user_passkeys where user_id = $1 order by created, id`,
    values: [userId],
  })
}

export async function findByCredential(
  db: Queryable,
  { userId, credentialId }: { readonly userId: string; readonly credentialId: string },
): Promise<PasskeyRow | undefined> {
  const rows = await db.query<PasskeyRow>({
    name: 'user-passkeys-find-by-credential',
    text: `select ${columns} from user_passkeys where user_id = $1 and credential_id = $2 for update`,
    values: [userId, credentialId],
  })
  return rows[0]
}

/** Answers 0 when the credential is registered already. */
export async function insert(
  db: Queryable,
  { userId, ...row }: Omit<PasskeyRow, 'lastUsed'> & { readonly userId: string },
): Promise<number> {
  return db.execute({
    name: 'user-passkeys-insert',
    text: `insert into user_passkeys
        (id, user_id, host, credential_id, public_key, counter, transports, name, synced, created)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (credential_id) do nothing`,
    values: [
      ...[row.id, userId, row.host, row.credentialId, row.publicKey],
      ...[row.counter, row.transports, row.name, row.synced, row.created],
    ],
  })
}

export async function updateUse(
  db: Queryable,
  use: { readonly id: string; readonly counter: number; readonly at: Date },
): Promise<void> {
  await db.execute({
    name: 'user-passkeys-update-use',
    text: 'update user_passkeys set counter = $2, last_used = $3 where id = $1',
    values: [use.id, use.counter, use.at],
  })
}

export async function rename(
  db: Queryable,
  { userId, id, name }: { readonly userId: string; readonly id: string; readonly name: string },
): Promise<PasskeyRow | undefined> {
  const rows = await db.query<PasskeyRow>({
    name: 'user-passkeys-rename',
    text: `update user_passkeys set name = $3 where user_id = $1 and id = $2 returning ${columns}`,
    values: [userId, id, name],
  })
  return rows[0]
}

/** Answers the name of the one that went. */
export async function remove(
  db: Queryable,
  { userId, id }: { readonly userId: string; readonly id: string },
): Promise<string | undefined> {
  const rows = await db.query<{ name: string }>({
    name: 'user-passkeys-remove',
    text: 'delete from user_passkeys where user_id = $1 and id = $2 returning name',
    values: [userId, id],
  })
  return rows[0]?.name
}

/** What a browser is asked to sign, and under which host name. */
export interface Challenge {
  readonly challenge: string
  readonly host: string
}

export async function putChallenge(
  db: Queryable,
  row: Challenge & { readonly sessionId: string; readonly use: ChallengeUse; readonly created: Date },
): Promise<void> {
  await db.execute({
    name: 'user-passkey-challenges-put',
    text: `insert into user_passkey_challenges (session_id, use, challenge, host, created) values ($1, $2, $3, $4, $5)
      on conflict (session_id, use) do update set challenge = $3, host = $4, created = $5`,
    values: [row.sessionId, row.use, row.challenge, row.host, row.created],
  })
}

/** Uses the challenge up; undefined when there is none, or none that is newer than `since`. */
export async function takeChallenge(
  db: Queryable,
  { sessionId, use, since }: { readonly sessionId: string; readonly use: ChallengeUse; readonly since: Date },
): Promise<Challenge | undefined> {
  const rows = await db.query<Challenge & { created: Date }>({
    name: 'user-passkey-challenges-take',
    text: 'delete from user_passkey_challenges where session_id = $1 and use = $2 returning challenge, host, created',
    values: [sessionId, use],
  })
  const [row] = rows
  return row !== undefined && row.created > since ? row : undefined
}
