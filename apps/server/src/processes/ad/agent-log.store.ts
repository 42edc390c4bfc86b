import type { AgentLogLine, AgentLogReport } from '@lockstep/contract/agents/log'
import type { Queryable } from '../../platform/db/database.ts'

export interface LogRow {
  readonly id: string
  readonly at: Date
  readonly level: AgentLogLine['level']
  readonly message: string
  readonly fields: AgentLogLine['fields']
}

/** Notes that somebody looks until then; answers whether nobody did before. */
export async function want(db: Queryable, agentId: string, times: { now: Date; until: Date }): Promise<boolean> {
  const rows = await db.query<{ wasWanted: boolean }>({
    name: 'ad-agent-log-want',
    text: `with before as (select id, log_wanted_until from ad_agents where id = $1)
      update ad_agents set log_wanted_until = $3 from before where ad_agents.id = before.id
      returning coalesce(before.log_wanted_until > $2, false) as "wasWanted"`,
    values: [agentId, times.now, times.until],
  })
  return rows[0]?.wasWanted === false
}

/** Keeps new lines; what is here already is left as it is. Answers how many are new. */
export async function insert(
  db: Queryable,
  agentId: string,
  report: AgentLogReport & { readonly now: Date },
): Promise<number> {
  return db.execute({
    name: 'ad-agent-log-insert',
    text: `insert into ad_agent_log_lines (agent_id, run_id, number, at, level, message, fields, received)
      select $1, $2, number, at, level, message, fields, $4
      from jsonb_to_recordset($3::jsonb) as line(number integer, at timestamptz, level text, message text, fields jsonb)
      order by number
      on conflict do nothing`,
    values: [agentId, report.runId, JSON.stringify(report.lines), report.now],
  })
}

/** Forgets all but the newest lines of an agent. */
export async function trim(db: Queryable, agentId: string, keptLines: number): Promise<void> {
  await db.execute({
    name: 'ad-agent-log-trim',
    text: `delete from ad_agent_log_lines where agent_id = $1 and id <= (
        select id from ad_agent_log_lines where agent_id = $1 order by id desc offset $2 limit 1)`,
    values: [agentId, keptLines],
  })
}

/** Lines after one, oldest first; the newest lines when none is named. */
export async function list(
  db: Queryable,
  agentId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly LogRow[]> {
  const columns = 'id::text as id, at, level, message, fields'
  if (page.after !== undefined)
    return db.query<LogRow>({
      name: 'ad-agent-log-after',
      text: `select ${columns} from ad_agent_log_lines where agent_id = $1 and id > $2::bigint
        order by ad_agent_log_lines.id limit $3`,
      values: [agentId, page.after, page.limit],
    })
  const newest = await db.query<LogRow>({
    name: 'ad-agent-log-newest',
    text: `select ${columns} from ad_agent_log_lines where agent_id = $1 order by ad_agent_log_lines.id desc limit $2`,
    values: [agentId, page.limit],
  })
  return newest.toReversed()
}

/** Forgets lines that nobody looks at any more. */
export async function removeBefore(db: Queryable, time: Date): Promise<void> {
  await db.execute({ text: 'delete from ad_agent_log_lines where received < $1', values: [time] })
}
