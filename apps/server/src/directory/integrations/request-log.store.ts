import type { RequestOutcome } from '@lockstep/contract/hub/integration'
import type { Queryable } from '../../platform/db/database.ts'

/** A request as it is kept. */
export interface RequestRow {
  readonly id: string
  readonly integrationId: string
  readonly at: Date
  readonly method: string
  readonly path: string
  readonly status: number
  readonly outcome: RequestOutcome
  readonly words: string
  readonly subjectKind: 'user' | 'group' | null
  readonly subjectId: string | null
  readonly subject: string
  /** In lower case. */
  readonly keys: readonly string[]
  readonly requestBody: string | null
  readonly responseBody: string | null
  readonly durationMs: number
  readonly client: string
  readonly actor: string
  readonly correlationId: string
  readonly isRead: boolean
  readonly replayOf: string | null
}

const shown = `id, integration_id as "integrationId", at, method, path, status, outcome, words, subject_kind as "subjectKind",
  subject_id as "subjectId", subject, duration_ms as "durationMs", client, actor, correlation_id as "correlationId",
  is_read as "isRead", replay_of as "replayOf"`

/** A row of a list: without keys and bodies. */
export type ListedRequest = Omit<RequestRow, 'keys' | 'requestBody' | 'responseBody'>

/** Keeps requests; those of integrations that are gone meanwhile are left out. */
export async function insertMany(db: Queryable, rows: readonly RequestRow[]): Promise<void> {
  await db.execute({
    name: 'integration-requests-insert',
    text: `insert into integration_requests (id, integration_id, at, method, path, status, outcome, words, subject_kind, subject_id,
        subject, keys, request_body, response_body, duration_ms, client, actor, correlation_id, is_read, replay_of)
      select input.id, "integrationId", at, method, path, status, outcome, words, "subjectKind", "subjectId", subject, keys,
        "requestBody", "responseBody", "durationMs", client, actor, "correlationId", "isRead", "replayOf"
      from jsonb_to_recordset($1::jsonb) as input(id text, "integrationId" text, at timestamptz, method text, path text,
          status integer, outcome text, words text, "subjectKind" text, "subjectId" text, subject text, keys text[],
          "requestBody" text, "responseBody" text, "durationMs" integer, client text, actor text, "correlationId" text,
          "isRead" boolean, "replayOf" text)
        join (select id as known from integrations for key share) as integration on integration.known = "integrationId"
      on conflict do nothing`,
    values: [JSON.stringify(rows)],
  })
}

/** Requests of an hour, by what they were. */
export interface HourCount {
  readonly integrationId: string
  readonly hour: Date
  readonly reads: number
  readonly writes: number
  readonly failures: number
}

/** Adds to the counts. */
export async function addCounts(db: Queryable, counts: readonly HourCount[]): Promise<void> {
  await db.execute({
    name: 'integration-request-counts-add',
    text: `insert into integration_request_counts as counted (integration_id, hour, reads, writes, failures)
      select "integrationId", hour, reads, writes, failures
      from jsonb_to_recordset($1::jsonb) as input("integrationId" text, hour timestamptz, reads bigint, writes bigint, failures bigint)
        join (select id as known from integrations for key share) as integration on integration.known = "integrationId"
      order by "integrationId", hour
      on conflict (integration_id, hour) do update set reads = counted.reads + excluded.reads,
        writes = counted.writes + excluded.writes, failures = counted.failures + excluded.failures`,
    values: [JSON.stringify(counts)],
  })
}

/** The counts of an integration, the newest first. */
export async function listCounts(
  db: Queryable,
  integrationId: string,
  since: Date,
): Promise<readonly Omit<HourCount, 'integrationId'>[]> {
  return db.query({
    name: 'integration-request-counts-list',
    text: `select hour, reads, writes, failures from integration_request_counts
      where integration_id = $1 and hour >= $2 order by hour desc limit 1000`,
    values: [integrationId, since],
  })
}

/** The latest request of each of some integrations, and how many failed since a time. */
export async function listLatest(
  db: Queryable,
  ids: readonly string[],
  since: Date,
): Promise<readonly { readonly id: string; readonly lastRequest: Date | null; readonly failures: number }[]> {
  return db.query({
    name: 'integration-requests-latest',
    text: `select integration.id,
        (select at from integration_requests where integration_id = integration.id and status <> 401
          order by id desc limit 1) as "lastRequest",
        (select coalesce(sum(failures), 0)::bigint from integration_request_counts
          where integration_id = integration.id and hour > $2) as failures
      from unnest($1::text[]) as integration(id)`,
    values: [ids, since],
  })
}

/** What is searched for. */
export interface RequestSearch {
  readonly integrationId: string
  readonly afterId?: string | undefined
  readonly search?: string | undefined
  readonly outcome?: RequestOutcome | undefined
  readonly status?: readonly [least: number, most: number] | undefined
  readonly method?: string | undefined
  /** In lower case. */
  readonly key?: string | undefined
  readonly path?: string | undefined
  readonly from?: Date | undefined
  readonly until?: Date | undefined
  readonly correlationId?: string | undefined
  readonly reads?: boolean | undefined
}

const conditions = `integration_id = $1
  and ($2::text is null or strpos(lower(path || ' ' || subject || ' ' || words || ' ' || client), lower($2)) > 0)
  and ($3::text is null or outcome = $3) and ($4::integer is null or status between $4 and $5)
  and ($6::text is null or method = $6) and ($7::text is null or keys @> array[$7]) and ($8::text is null or starts_with(path, $8))
  and ($9::timestamptz is null or at >= $9) and ($10::timestamptz is null or at < $10)
  and ($11::text is null or correlation_id = $11) and ($12 or not is_read)`

function valuesOf(search: RequestSearch): readonly unknown[] {
  const { integrationId, status, key, path, from, until } = search
  return [
    ...[integrationId, search.search ?? null, search.outcome ?? null, status?.[0] ?? null, status?.[1] ?? null],
    ...[search.method ?? null, key ?? null, path ?? null, from ?? null, until ?? null, search.correlationId ?? null],
    search.reads ?? false,
  ]
}

// Without names: what is asked for differs so much that each is best planned for itself.

/** Newest first. */
export async function list(db: Queryable, search: RequestSearch, limit: number): Promise<readonly ListedRequest[]> {
  return db.query<ListedRequest>({
    text: `select ${shown} from integration_requests where ${conditions} and ($13::text is null or id < $13) order by id desc limit $14`,
    values: [...valuesOf(search), search.afterId ?? null, limit],
  })
}

export async function count(db: Queryable, search: RequestSearch): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    text: `select count(*) as count from integration_requests where ${conditions}`,
    values: valuesOf(search),
  })
  return row?.count ?? 0
}

export async function find(
  db: Queryable,
  key: { readonly integrationId: string; readonly id: string },
): Promise<(ListedRequest & Pick<RequestRow, 'requestBody' | 'responseBody'>) | undefined> {
  const [row] = await db.query<ListedRequest & Pick<RequestRow, 'requestBody' | 'responseBody'>>({
    name: 'integration-requests-find',
    text: `select ${shown}, request_body as "requestBody", response_body as "responseBody" from integration_requests
      where integration_id = $1 and id = $2`,
    values: [key.integrationId, key.id],
  })
  return row
}

/** Forgets some requests that came before; ids are in the order of their times. Answers how many. */
export async function removeBefore(db: Queryable, id: string, limit: number): Promise<number> {
  return db.execute({
    name: 'integration-requests-remove',
    text: `delete from integration_requests where id in (select id from integration_requests where id < $1 order by id limit $2)`,
    values: [id, limit],
  })
}

export async function removeCountsBefore(db: Queryable, hour: Date): Promise<void> {
  await db.execute({
    name: 'integration-request-counts-remove',
    text: 'delete from integration_request_counts where hour < $1',
    values: [hour],
  })
}
