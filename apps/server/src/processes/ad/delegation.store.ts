// Sign-ins that a domain is asked about, and the import agents that ask it.
import type { AgentPlace, LockoutPolicy, SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import type { SealedPassword } from '@lockstep/contract/agents/sealed-password'
import type { Queryable } from '../../platform/db/database.ts'

/** A user whom a domain validates. */
export interface Subject {
  readonly domainId: string | null
  readonly guid: string | null
}

export async function findSubject(db: Queryable, userId: string): Promise<Subject | undefined> {
  const rows = await db.query<Subject>({
    name: 'sign-in-subject',
    text: `select attributes -> 'delegatedAuthority' ->> 'id' as "domainId", account.external_id as guid
      from users left join accounts as account on account.user_id = users.id
        and account.directory_id = users.attributes -> 'delegatedAuthority' ->> 'id'
      where users.id = $1`,
    values: [userId],
  })
  return rows[0]
}

/** An import agent that waits for sign-ins at this moment. */
export interface Validator {
  readonly agentId: string
  readonly sealingKey: string
  readonly lockoutThreshold: number | null
  readonly lockoutWindowMs: number | null
}

export async function listValidators(db: Queryable, domainId: string): Promise<readonly Validator[]> {
  return db.query<Validator>({
    name: 'sign-in-validators',
    text: `select id as "agentId", sealing_key as "sealingKey", lockout_threshold as "lockoutThreshold",
        lockout_window_ms as "lockoutWindowMs"
      from ad_agents
      where domain_id = $1 and kind = 'IMPORT' and not paused and sealing_key is not null and checks_until > now()
      order by id limit 20`,
    values: [domainId],
  })
}

/** Notes what an agent says of itself and that it waits for a while; `brief` spares the write when that is known already. Answers whether it was there before. */
export async function notePoll(
  db: Queryable,
  poll: {
    readonly agentId: string
    readonly pollId: string
    readonly forMs: number
    readonly place: AgentPlace | undefined
    readonly lockout: LockoutPolicy | undefined
    readonly brief: boolean
  },
): Promise<boolean> {
  const rows = await db.query<{ wasThere: boolean }>({
    name: 'sign-in-note-poll',
    text: `with known as (select coalesce(checks_until > now(), false) as there from ad_agents where id = $1)
      update ad_agents set checks_until = now() + $3 * interval '1 millisecond', checks_poll = $2,
        place = coalesce($4, place), lockout_threshold = coalesce($5, lockout_threshold),
        lockout_window_ms = coalesce($6, lockout_window_ms)
      from known
      where ad_agents.id = $1 and not ($7 and coalesce(checks_until
        between now() + interval '3 seconds' and now() + interval '6 seconds', false))
      returning known.there as "wasThere"`,
    values: [
      ...[poll.agentId, poll.pollId, poll.forMs, poll.place ?? null],
      ...[poll.lockout?.threshold ?? null, poll.lockout?.windowMs ?? null, poll.brief],
    ],
  })
  return rows[0]?.wasThere ?? true
}

/** The agent went away, or does not reach its domain controller; a question that it asked after this one counts on. */
export async function endPoll(db: Queryable, agentId: string, pollId?: string): Promise<boolean> {
  const count = await db.execute({
    name: 'sign-in-end-poll',
    text: `update ad_agents set checks_until = null
      where id = $1 and checks_until > now() and ($2::text is null or checks_poll <= $2)`,
    values: [agentId, pollId ?? null],
  })
  return count > 0
}

export async function noteRefusedAnswer(db: Queryable, agentId: string, now: Date): Promise<boolean> {
  const count = await db.execute({
    name: 'sign-in-refused-answer',
    text: `update ad_agents set refused_answer_at = $2
      where id = $1 and (refused_answer_at is null or refused_answer_at < $2::timestamptz - interval '1 minute')`,
    values: [agentId, now],
  })
  return count > 0
}

/** A sign-in as it is asked about. */
export interface NewCheck {
  readonly id: string
  readonly domainId: string
  readonly userId: string
  readonly guid: string
  readonly source: string
  readonly sealed: Readonly<Record<string, SealedPassword>>
  readonly created: Date
  readonly expires: Date
}

export async function insert(db: Queryable, check: NewCheck): Promise<void> {
  const { id, domainId, userId, guid, source, sealed, created, expires } = check
  await db.execute({
    name: 'sign-in-insert',
    text: `insert into ad_sign_in_checks (id, domain_id, user_id, guid, source, sealed, created, expires)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [id, domainId, userId, guid, source, JSON.stringify(sealed), created, expires],
  })
}

/** A sign-in as an agent takes it. */
export interface TakenCheck {
  readonly id: string
  readonly userId: string
  readonly guid: string
  readonly sealed: SealedPassword
  readonly expires: Date
}

/** Takes what nobody holds and the agent did not have before. */
export async function take(
  db: Queryable,
  taker: {
    readonly domainId: string
    readonly agentId: string
    readonly nonce: string
    readonly limit: number
    readonly now: Date
  },
): Promise<readonly TakenCheck[]> {
  return db.query<TakenCheck>({
    name: 'sign-in-take',
    text: `with free as (
        select id from ad_sign_in_checks
        where domain_id = $1 and settled_at is null and holder is null and expires > $5 and sealed ? $2 and not claims ? $2
        order by id limit $4 for update skip locked
      )
      update ad_sign_in_checks as checks set holder = $2, claims = claims || jsonb_build_object($2::text, $3::text)
      from free where checks.id = free.id
      returning checks.id, user_id as "userId", guid, sealed -> $2 as sealed, expires`,
    values: [taker.domainId, taker.agentId, taker.nonce, taker.limit, taker.now],
  })
}

/** A sign-in under way or over. */
export interface Check {
  readonly id: string
  readonly domainId: string
  readonly guid: string
  readonly source: string
  readonly claims: Readonly<Record<string, string>>
  readonly failed: readonly string[]
  readonly agents: readonly string[]
  readonly holder: string | null
  readonly outcome: SignInOutcome | null
  readonly settledAt: Date | null
}

const columns = `id, domain_id as "domainId", guid, source, claims, failed, holder, outcome, settled_at as "settledAt",
  array(select jsonb_object_keys(sealed)) as agents`

export async function find(db: Queryable, id: string): Promise<Check | undefined> {
  const rows = await db.query<Check>({
    name: 'sign-in-find',
    text: `select ${columns} from ad_sign_in_checks where id = $1`,
    values: [id],
  })
  return rows[0]
}

/** Keeps a check until the transaction ends; after the account was locked, so that both are always taken in this order. */
export async function lock(db: Queryable, id: string): Promise<Check | undefined> {
  const rows = await db.query<Check>({
    name: 'sign-in-lock',
    text: `select ${columns} from ad_sign_in_checks where id = $1 for update`,
    values: [id],
  })
  return rows[0]
}

/** What was said, once; the sealed password goes. */
export async function settle(db: Queryable, id: string, outcome: SignInOutcome, now: Date): Promise<void> {
  await db.execute({
    name: 'sign-in-settle',
    text: `update ad_sign_in_checks set outcome = $2, settled_at = $3, sealed = '{}' where id = $1`,
    values: [id, outcome, now],
  })
}

/** Nobody holds it any more. */
export async function release(db: Queryable, id: string): Promise<void> {
  await db.execute({
    name: 'sign-in-release',
    text: 'update ad_sign_in_checks set holder = null where id = $1',
    values: [id],
  })
}

/** An agent could not ask; `isFree`: it tried nothing, and another one may. */
export async function noteFailed(
  db: Queryable,
  id: string,
  { agentId, isFree }: { readonly agentId: string; readonly isFree: boolean },
): Promise<void> {
  await db.execute({
    name: 'sign-in-failed',
    text: `update ad_sign_in_checks set failed = array_append(failed, $2),
        holder = case when $3 and holder = $2 then null else holder end
      where id = $1`,
    values: [id, agentId, isFree],
  })
}

export interface SettledCheck {
  readonly id: string
  readonly outcome: SignInOutcome
}

export async function listSettled(db: Queryable, ids: readonly string[]): Promise<readonly SettledCheck[]> {
  return db.query<SettledCheck>({
    name: 'sign-in-settled',
    text: `select id, outcome from ad_sign_in_checks where id = any($1) and settled_at is not null`,
    values: [ids],
  })
}

/** Forgets what is over for a minute, and the passwords of what nobody waits for any more. */
export async function removeOld(db: Queryable, now: Date): Promise<void> {
  await db.execute({
    name: 'sign-in-remove-old',
    text: `with gone as (
        delete from ad_sign_in_checks where id in (
          select id from ad_sign_in_checks where expires < $1::timestamptz - interval '1 minute' order by expires limit 1000
          for update skip locked)
      )
      update ad_sign_in_checks set sealed = '{}' where expires < $1::timestamptz
        and expires >= $1::timestamptz - interval '1 minute' and sealed <> '{}'`,
    values: [now],
  })
}
