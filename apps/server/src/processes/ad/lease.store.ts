// Who is primary, beside what an agent takes for itself (domain.store.ts): an administrator's choice, and giving way.
import type { Queryable } from '../../platform/db/database.ts'

type AgentKind = 'IMPORT' | 'SYNC'
const prefixes = { IMPORT: 'import', SYNC: 'sync' } as const

/** Takes the lease from whoever has it and gives it to an agent, under a new epoch; false when it has it already. */
export async function give(
  db: Queryable,
  request: { readonly domainId: string; readonly kind: AgentKind; readonly agentId: string; readonly leaseMs: number },
): Promise<boolean> {
  const prefix = prefixes[request.kind]
  const count = await db.execute({
    name: `ad-leases-give-${prefix}`,
    text: `update ad_domains set ${prefix}_epoch = ${prefix}_epoch + 1, ${prefix}_agent_id = $2,
        ${prefix}_lease_until = now() + $3 * interval '1 millisecond'
      where id = $1 and not (${prefix}_agent_id is not distinct from $2 and coalesce(${prefix}_lease_until > now(), false))`,
    values: [request.domainId, request.agentId, request.leaseMs],
  })
  return count > 0
}

/** Keeps a domain's leases as they are until the transaction ends. */
export async function lock(db: Queryable, domainId: string): Promise<void> {
  await db.query({
    name: 'ad-leases-lock',
    text: 'select id from ad_domains where id = $1 for no key update',
    values: [domainId],
  })
}

/** Notes that a sync agent wrote and, if it is still primary, prolongs its lease; false when it is not. */
export async function noteWrite(
  db: Queryable,
  write: { readonly domainId: string; readonly agentId: string; readonly leaseMs: number; readonly now: Date },
): Promise<boolean> {
  const rows = await db.query<{ primary: boolean }>({
    name: 'ad-leases-note-write',
    text: `update ad_domains set last_write_at = $4, sync_lease_until = case when sync_agent_id = $2
          then now() + $3 * interval '1 millisecond' else sync_lease_until end
      where id = $1
      returning sync_agent_id is not distinct from $2 as primary`,
    values: [write.domainId, write.agentId, write.leaseMs, write.now],
  })
  return rows[0]?.primary === true
}

/** True when another agent of the kind asked lately, is not paused and reaches its domain controller. */
export async function hasBetter(
  db: Queryable,
  request: { readonly domainId: string; readonly kind: AgentKind; readonly agentId: string; readonly since: Date },
): Promise<boolean> {
  const rows = await db.query<{ id: string }>({
    name: 'ad-leases-has-better',
    text: `select id from ad_agents where domain_id = $1 and kind = $2 and id <> $3 and not paused and directory_reachable
        and contact_at > $4
      limit 1`,
    values: [request.domainId, request.kind, request.agentId, request.since],
  })
  return rows.length > 0
}
