import type { Queryable } from '../../platform/db/database.ts'
import type { PasswordDelivery, PasswordTarget } from './password-delivery.rules.ts'

/** The wanted accounts of a user in domains. Agents that have no sealing key can be sent nothing and are left out. */
export async function listTargets(db: Queryable, userId: string): Promise<readonly PasswordTarget[]> {
  return db.query<PasswordTarget>({
    name: 'password-targets',
    text: `select accounts.id as "accountId", accounts.directory_id as "directoryId", ad_domains.use_case as "useCase",
        accounts.external_id as "objectGuid", accounts.delivered_password_revision as "deliveredRevision",
        coalesce((select jsonb_agg(jsonb_build_object('id', agent.id, 'sealingKey', agent.sealing_key,
              'revision', waiting.revision))
            from ad_agents as agent
              left join password_deliveries as waiting on waiting.agent_id = agent.id and waiting.account_id = accounts.id
            where agent.domain_id = accounts.directory_id and agent.kind = 'SYNC' and agent.sealing_key is not null),
          '[]') as agents
      from accounts join ad_domains on ad_domains.id = accounts.directory_id
      where accounts.user_id = $1 and accounts.wanted order by accounts.id limit 1000`,
    values: [userId],
  })
}

/** Lets passwords wait, each in the place of an older one; for agents that were removed meanwhile nothing waits. */
export async function put(db: Queryable, rows: readonly PasswordDelivery[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'password-deliveries-put',
    text: `with agent as (
        select id from ad_agents where id in (select "agentId" from jsonb_to_recordset($1::jsonb) as input("agentId" text))
        order by id for key share
      )
      insert into password_deliveries as waiting (account_id, agent_id, user_id, revision, object_guid, despite_authority,
        sealed, created)
      select "accountId", "agentId", "userId", revision, "objectGuid", "despiteAuthority", sealed, input.created
      from jsonb_to_recordset($1::jsonb) as input("accountId" text, "agentId" text, "userId" text, revision bigint,
          "objectGuid" uuid, "despiteAuthority" boolean, sealed jsonb, created timestamptz)
        join agent on agent.id = input."agentId"
      on conflict (account_id, agent_id) do update set revision = excluded.revision, object_guid = excluded.object_guid,
        despite_authority = excluded.despite_authority, sealed = excluded.sealed, created = excluded.created
      where waiting.revision < excluded.revision`,
    values: [JSON.stringify(rows)],
  })
}

/** Forgets what waits of a user's earlier passwords. */
export async function removeSuperseded(
  db: Queryable,
  { userId, revision }: { readonly userId: string; readonly revision: number },
): Promise<void> {
  await db.execute({
    name: 'password-deliveries-superseded',
    text: 'delete from password_deliveries where user_id = $1 and revision < $2',
    values: [userId, revision],
  })
}

/** What waits for an agent, of some accounts. */
export async function listForAgent(
  db: Queryable,
  { agentId, accountIds }: { readonly agentId: string; readonly accountIds: readonly string[] },
): Promise<readonly PasswordDelivery[]> {
  if (accountIds.length === 0) return []
  return db.query<PasswordDelivery>({
    name: 'password-deliveries-of-agent',
    text: `select account_id as "accountId", agent_id as "agentId", user_id as "userId", revision,
        object_guid as "objectGuid", despite_authority as "despiteAuthority", sealed, created
      from password_deliveries where agent_id = $1 and account_id = any($2) limit $3`,
    values: [agentId, accountIds, accountIds.length],
  })
}

/** Erases what is settled: of each account everything up to a revision; with an agent, only what was sealed for that one. */
export async function erase(
  db: Queryable,
  rows: readonly { readonly accountId: string; readonly revision: number; readonly agentId?: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'password-deliveries-erase',
    text: `delete from password_deliveries as waiting
      using jsonb_to_recordset($1::jsonb) as input("accountId" text, revision bigint, "agentId" text)
      where waiting.account_id = input."accountId" and waiting.revision <= input.revision
        and (input."agentId" is null or waiting.agent_id = input."agentId")`,
    values: [JSON.stringify(rows)],
  })
}

/** Accounts for which something waits that this agent can open are behind, whatever became of them since it was put there. */
export async function raiseWaiting(db: Queryable, agentId: string): Promise<void> {
  await db.execute({
    name: 'password-deliveries-raise',
    text: `update accounts set desired_revision = applied_revision + 1
      from password_deliveries as waiting
      where waiting.agent_id = $1 and accounts.id = waiting.account_id and accounts.wanted
        and accounts.desired_revision <= accounts.applied_revision`,
    values: [agentId],
  })
}

/** Whether anything waits, of each account of a user. */
export async function listWaiting(
  db: Queryable,
  userId: string,
): Promise<readonly { readonly accountId: string; readonly revision: number }[]> {
  return db.query({
    name: 'password-deliveries-of-user',
    text: `select account_id as "accountId", max(revision) as revision from password_deliveries where user_id = $1
      group by account_id limit 1000`,
    values: [userId],
  })
}
