import type { AgentPlace } from '@lockstep/contract/agents/sign-in-check'
import type { Queryable } from '../../platform/db/database.ts'

/** An agent of a domain. */
export interface Agent {
  readonly id: string
  readonly domainId: string
  readonly kind: 'IMPORT' | 'SYNC'
  readonly connectKeyExpires: Date | null
  readonly publicKey: string | null
  /** What passwords for it are sealed with; an agent of an earlier version has none. */
  readonly sealingKey: string | null
  readonly paused: boolean
  readonly hostname: string | null
  readonly version: string | null
  readonly sourceIp: string | null
  readonly contactAt: Date | null
  readonly directoryReachable: boolean | null
  readonly directoryError: string | null
  /** Somebody looks at its log until then. */
  readonly logWantedUntil: Date | null
  /** Where an import agent found itself to run. */
  readonly place: AgentPlace | null
  /** It waits for sign-ins to check until then. */
  readonly checksUntil: Date | null
  /** When it last answered a sign-in that it had not been given. */
  readonly refusedAnswerAt: Date | null
  readonly created: Date
}

const columns = `id, domain_id as "domainId", kind, connect_key_expires as "connectKeyExpires", public_key as "publicKey", sealing_key as "sealingKey", paused,
  hostname, version, source_ip as "sourceIp", contact_at as "contactAt", directory_reachable as "directoryReachable",
  directory_error as "directoryError", log_wanted_until as "logWantedUntil", place,
  checks_until as "checksUntil", refused_answer_at as "refusedAnswerAt", created`

export async function insert(db: Queryable, agent: Agent, connectKeyHash: string): Promise<void> {
  await db.execute({
    text: `insert into ad_agents (id, domain_id, kind, connect_key_hash, connect_key_expires, created)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [agent.id, agent.domainId, agent.kind, connectKeyHash, agent.connectKeyExpires, agent.created],
  })
}

export async function list(db: Queryable, domainId: string): Promise<readonly Agent[]> {
  return db.query<Agent>({
    name: 'ad-agents-list',
    text: `select ${columns} from ad_agents where domain_id = $1 order by id limit 100`,
    values: [domainId],
  })
}

export async function find(db: Queryable, id: string): Promise<Agent | undefined> {
  const rows = await db.query<Agent>({
    name: 'ad-agents-find',
    text: `select ${columns} from ad_agents where id = $1`,
    values: [id],
  })
  return rows[0]
}

export interface Enrolment {
  readonly connectKeyHash: string
  readonly kind: 'IMPORT' | 'SYNC'
  readonly publicKey: string
  readonly sealingKey?: string | null
  readonly hostname: string
  readonly version: string
  readonly sourceIp: string
  readonly now: Date
}

/** Uses a connect key up; undefined when it is unknown, used, expired or of the other kind. */
export async function enrol(db: Queryable, enrolment: Enrolment): Promise<Agent | undefined> {
  const rows = await db.query<Agent>({
    name: 'ad-agents-enrol',
    text: `update ad_agents set connect_key_hash = null, connect_key_expires = null, public_key = $3, hostname = $4, version = $5,
        source_ip = $6, contact_at = $7, sealing_key = $8
      where connect_key_hash = $1 and kind = $2 and connect_key_expires > $7
      returning ${columns}`,
    values: [
      enrolment.connectKeyHash,
      enrolment.kind,
      enrolment.publicKey,
      enrolment.hostname,
      enrolment.version,
      enrolment.sourceIp,
      enrolment.now,
      enrolment.sealingKey ?? null,
    ],
  })
  return rows[0]
}

/** Notes the key that an agent tells; false when it is the one already. What was sealed for another one goes, since nobody can open it. */
export async function changeSealingKey(db: Queryable, id: string, sealingKey: string): Promise<boolean> {
  const count = await db.execute({
    name: 'ad-agents-sealing-key',
    text: `with gone as (
        delete from password_deliveries where agent_id = $1
          and exists (select from ad_agents where id = $1 and sealing_key is distinct from $2)
      )
      update ad_agents set sealing_key = $2 where id = $1 and sealing_key is distinct from $2`,
    values: [id, sealingKey],
  })
  return count > 0
}

/** The kind of the agent whose connect key this is; undefined when it is unknown, used or expired. */
export async function kindOfConnectKey(
  db: Queryable,
  connectKeyHash: string,
  now: Date,
): Promise<Agent['kind'] | undefined> {
  const rows = await db.query<{ kind: Agent['kind'] }>({
    name: 'ad-agents-kind-of-key',
    text: 'select kind from ad_agents where connect_key_hash = $1 and connect_key_expires > $2',
    values: [connectKeyHash, now],
  })
  return rows[0]?.kind
}

/** False when somebody else has removed it. */
export async function remove(db: Queryable, id: string): Promise<boolean> {
  return (await db.execute({ name: 'ad-agents-remove', text: 'delete from ad_agents where id = $1', values: [id] })) > 0
}

export async function setPaused(db: Queryable, id: string, paused: boolean): Promise<void> {
  await db.execute({
    name: 'ad-agents-pause',
    text: 'update ad_agents set paused = $2 where id = $1',
    values: [id, paused],
  })
}

/** Notes that an agent asked; written at most every few seconds, or when something changed. */
export async function noteContact(
  db: Queryable,
  contact: {
    readonly id: string
    readonly hostname: string
    readonly version: string
    readonly sourceIp: string
    readonly directoryReachable: boolean
    readonly directoryError: string | null
    readonly now: Date
  },
): Promise<void> {
  await db.execute({
    name: 'ad-agents-contact',
    text: `update ad_agents set hostname = $2, version = $3, source_ip = $4, directory_reachable = $5, directory_error = $6,
        contact_at = $7::timestamptz
      where id = $1 and (contact_at is null or contact_at < $7::timestamptz - interval '3 seconds'
        or directory_reachable is distinct from $5)`,
    values: [
      contact.id,
      contact.hostname,
      contact.version,
      contact.sourceIp,
      contact.directoryReachable,
      contact.directoryError,
      contact.now,
    ],
  })
}

/** Notes why an agent's requests are refused, until its next contact; it counts as silent meanwhile. */
export async function noteRefusal(db: Queryable, id: string, reason: string): Promise<void> {
  await db.execute({
    name: 'ad-agents-refusal',
    text: `update ad_agents set directory_reachable = null, directory_error = $2
      where id = $1 and (directory_reachable is not null or directory_error is distinct from $2)`,
    values: [id, reason],
  })
}

/** Notes that an agent is there without saying anything of its surroundings; written at most every few seconds. */
export async function noteSign(db: Queryable, id: string, now: Date): Promise<void> {
  await db.execute({
    name: 'ad-agents-sign',
    text: `update ad_agents set contact_at = $2::timestamptz where id = $1 and contact_at < $2::timestamptz - interval '3 seconds'`,
    values: [id, now],
  })
}

/**
 * Remembers a request until its time is not accepted any more, and forgets a few that are past it; false when it was here before. One
 * statement, and the same for all hubs; requests of one agent that come together do not wait for each other.
 */
export async function noteRequest(
  db: Queryable,
  request: { readonly agentId: string; readonly nonce: string; readonly expires: Date; readonly now: Date },
): Promise<boolean> {
  const count = await db.execute({
    name: 'ad-agents-note-request',
    text: `with forgotten as (
        delete from ad_agent_requests where (agent_id, nonce) in (
          select agent_id, nonce from ad_agent_requests where agent_id = $1 and expires < $4
          order by expires limit 10 for update skip locked)
      )
      insert into ad_agent_requests (agent_id, nonce, expires) values ($1, $2, $3) on conflict do nothing`,
    values: [request.agentId, request.nonce, request.expires, request.now],
  })
  return count > 0
}
