import type { Queryable } from '../../platform/db/database.ts'

type AgentKind = 'IMPORT' | 'SYNC'
const columns = { IMPORT: 'import_live', SYNC: 'sync_live' } as const

export interface WatchedDomainRow {
  readonly id: string
  readonly name: string
  readonly importLive: boolean | null
  readonly syncLive: boolean | null
}

export interface WatchedAgentRow {
  readonly domainId: string
  readonly kind: AgentKind
  readonly enrolled: boolean
  readonly paused: boolean
  readonly contactAt: Date | null
}

export async function listDomains(db: Queryable): Promise<readonly WatchedDomainRow[]> {
  return db.query<WatchedDomainRow>({
    name: 'ad-watch-domains',
    text: `select ad_domains.id, directories.name, import_live as "importLive", sync_live as "syncLive"
      from ad_domains join directories using (id) order by ad_domains.id limit 1000`,
  })
}

export async function listAgents(db: Queryable): Promise<readonly WatchedAgentRow[]> {
  return db.query<WatchedAgentRow>({
    name: 'ad-watch-agents',
    text: `select domain_id as "domainId", kind, public_key is not null as enrolled, paused, contact_at as "contactAt"
      from ad_agents order by id limit 100000`,
  })
}

/** Notes what is told now; false when another hub told it meanwhile. */
export async function note(
  db: Queryable,
  change: {
    readonly domainId: string
    readonly kind: AgentKind
    readonly before: boolean | null
    readonly after: boolean
  },
): Promise<boolean> {
  const column = columns[change.kind]
  const count = await db.execute({
    name: `ad-watch-note-${column}`,
    text: `update ad_domains set ${column} = $3 where id = $1 and ${column} is not distinct from $2`,
    values: [change.domainId, change.before, change.after],
  })
  return count > 0
}
