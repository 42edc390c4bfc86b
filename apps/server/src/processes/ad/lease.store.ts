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

/** Prolongs the lease of an agent that still holds it, and of no other. */
export async function prolong(
  db: Queryable,
  request: { readonly domainId: string; readonly kind: AgentKind; readonly agentId: string; readonly leaseMs: number },
): Promise<void> {
  const prefix = prefixes[request.kind]
  await db.execute({
    name: `ad-leases-prolong-${prefix}`,
    text: `update ad_domains set ${prefix}_lease_until = now() + $3 * interval '1 millisecond'
      where id = $1 and ${prefix}_agent_id = $2`,
    values: [request.domainId, request.agentId, request.leaseMs],
  })
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
