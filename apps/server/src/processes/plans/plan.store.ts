import type { PlanItem, PlanItemKind, PlanRow, PlanState } from '@lockstep/contract/hub/plan'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import type { GuardedItem, PlanSource, ReleasedItem, SettledItem, Withdrawal } from './plan.rules.ts'

/** What is known of earlier decisions on an item: released and not applied yet, kept by a person, or held. */
export interface ItemState {
  readonly itemId: string
  readonly kind: PlanItemKind
  readonly subjectId: string
  readonly key: string
  readonly planState: PlanState
  readonly state: PlanItem['state']
}

export async function listStates(
  db: Queryable,
  source: PlanSource,
  items: readonly GuardedItem[],
): Promise<readonly ItemState[]> {
  return db.query<ItemState>({
    name: 'plan-item-states',
    text: `select item.id as "itemId", item.kind, item.subject_id as "subjectId", item.reference ->> 'key' as key,
        plans.state as "planState", item.state
      from plan_items as item join plans on plans.id = item.plan_id
      where plans.source_kind = $1 and plans.source_id = $2 and item.subject_id = any($3) and item.state in ('waiting', 'kept')
      order by item.id limit 100000`,
    values: [source.kind, source.id, [...new Set(items.map((item) => item.subjectId))]],
  })
}

export async function setItemStates(db: Queryable, ids: readonly string[], state: PlanItem['state']): Promise<void> {
  if (ids.length === 0) return
  await db.execute({
    name: 'plan-item-set-states',
    text: 'update plan_items set state = $2 where id = any($1)',
    values: [ids, state],
  })
}

/** Adds items to the source's waiting plan, making it when there is none; an item that waits already is left as it is and not counted. */
export async function hold(
  db: Queryable,
  held: {
    readonly source: PlanSource
    readonly planId: string
    readonly itemIds: readonly string[]
    readonly items: readonly GuardedItem[]
    readonly reason: string
    readonly now: Date
  },
): Promise<{ readonly planId: string; readonly added: number }> {
  const { source, now } = held
  const [plan] = await db.query<{ id: string }>({
    name: 'plan-hold',
    text: `insert into plans (id, source_kind, source_id, source_name, state, reason, created, updated)
      values ($1, $2, $3, $4, 'quarantined', $5, $6, $6)
      on conflict (source_kind, source_id) where state = 'quarantined'
        do update set updated = excluded.updated, reason = excluded.reason
      returning id`,
    values: [held.planId, source.kind, source.id, source.name, held.reason, now],
  })
  const rows = held.items.map((item, index) => ({ ...item, id: held.itemIds[index] }))
  const added = await db.execute({
    name: 'plan-hold-items',
    text: `insert into plan_items (id, plan_id, kind, subject_kind, subject_id, subject_name, reference, reason, changes, state,
        created)
      select id, $2, kind, "subjectKind", "subjectId", "subjectName", reference, reason, changes, 'waiting', $3
      from jsonb_to_recordset($1::jsonb) as input(id text, kind text, "subjectKind" text, "subjectId" text,
        "subjectName" text, reference jsonb, reason text, changes jsonb)
      on conflict do nothing`,
    values: [JSON.stringify(rows), plan?.id, now],
  })
  return { planId: plan?.id ?? held.planId, added }
}

/** The subjects are as they should be again: what waited for them, or was kept, is moot. Answers how many items of which plan. */
export async function withdraw(
  db: Queryable,
  source: PlanSource,
  { subjectIds, kinds, key }: Withdrawal,
): Promise<readonly { readonly planId: string; readonly count: number }[]> {
  return db.query<{ planId: string; count: number }>({
    name: 'plan-withdraw',
    text: `with gone as (update plan_items as item set state = 'withdrawn' from plans
        where plans.id = item.plan_id and plans.source_kind = $1 and plans.source_id = $2 and item.subject_id = any($3)
          and item.kind = any($4) and ($5::text is null or item.reference ->> 'key' = $5)
          and item.state in ('waiting', 'kept')
        returning item.plan_id)
      select plan_id as "planId", count(*)::bigint as count from gone group by plan_id order by plan_id limit 1000`,
    values: [source.kind, source.id, subjectIds, kinds, key ?? null],
  })
}

/** A waiting plan all of whose items were withdrawn has nothing left to decide. */
export async function closeEmpty(db: Queryable, source: PlanSource, now: Date): Promise<void> {
  await db.execute({
    name: 'plan-close-empty',
    text: `update plans set state = 'applied', updated = $3, decision = 'Everything was withdrawn by the source.'
      where source_kind = $1 and source_id = $2 and state = 'quarantined'
        and not exists (select from plan_items where plan_id = plans.id and state = 'waiting')`,
    values: [source.kind, source.id, now],
  })
}

export async function countTaken(db: Queryable, source: PlanSource, since: Date): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ kind: string; count: number }>({
    name: 'guard-count-taken',
    text: `select kind, sum(count)::bigint as count from guard_counts
      where source_kind = $1 and source_id = $2 and at >= $3 group by kind limit 1000`,
    values: [source.kind, source.id, since],
  })
  return new Map(rows.map((row) => [row.kind, row.count]))
}

export async function noteTaken(
  db: Queryable,
  source: PlanSource,
  counts: ReadonlyMap<string, number>,
  times: { readonly now: Date; readonly forgetBefore: Date },
): Promise<void> {
  for (const [kind, count] of counts)
    await db.execute({
      name: 'guard-note-taken',
      text: 'insert into guard_counts (source_kind, source_id, kind, at, count) values ($1, $2, $3, $4, $5)',
      values: [source.kind, source.id, kind, times.now, count],
    })
  await db.execute({
    name: 'guard-forget',
    text: 'delete from guard_counts where source_kind = $1 and source_id = $2 and at < $3',
    values: [source.kind, source.id, times.forgetBefore],
  })
}

const planColumns = `plans.id, plans.source_kind as "sourceKind", plans.source_id as "sourceId",
  plans.source_name as "sourceName", plans.state, plans.reason, plans.created, plans.updated,
  plans.decided_at as "decidedAt", plans.decided_by as "decidedBy", plans.decision,
  (select coalesce(jsonb_object_agg(kind, count), '{}') from
    (select kind, count(*) as count from plan_items where plan_id = plans.id and plan_items.state <> 'withdrawn' group by kind) as kinds) as counts,
  (select count(*) from plan_items where plan_id = plans.id and plan_items.state <> 'withdrawn') as "itemCount"`

export interface StoredPlan extends Omit<PlanRow, 'created' | 'updated' | 'decidedAt' | 'decidedBy' | 'decision'> {
  readonly created: Date
  readonly updated: Date
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly decision: string | null
}

interface PlanFilter {
  readonly state?: PlanState | undefined
  readonly search?: string | undefined
}

const planFilter = `($1::text is null or state = $1)
  and ($2 = '' or strpos(lower(source_name || ' ' || reason || ' ' || coalesce(decision, '')), lower($2)) > 0)`

export async function list(
  db: Queryable,
  query: PlanFilter & { readonly afterId?: string; readonly limit: number },
): Promise<readonly StoredPlan[]> {
  return db.query<StoredPlan>({
    name: 'plans-list',
    text: `select ${planColumns} from plans where ${planFilter} and ($3 = '' or id < $3)
      order by id desc limit $4`,
    values: [query.state ?? null, query.search ?? '', query.afterId ?? '', query.limit],
  })
}

export async function count(db: Queryable, query: PlanFilter): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'plans-count',
    text: `select count(*) as count from plans where ${planFilter}`,
    values: [query.state ?? null, query.search ?? ''],
  })
  return rows[0]?.count ?? 0
}

export async function find(db: Queryable, id: string): Promise<StoredPlan | undefined> {
  const rows = await db.query<StoredPlan>({
    name: 'plans-find',
    text: `select ${planColumns} from plans where id = $1`,
    values: [id],
  })
  return rows[0]
}

/** True when the plan was still waiting. */
export async function decide(
  db: Queryable,
  decision: {
    readonly id: string
    readonly state: 'released' | 'dismissed'
    readonly by: string
    readonly reason: string
    readonly now: Date
  },
): Promise<boolean> {
  const changed = await db.execute({
    name: 'plans-decide',
    text: `update plans set state = $2, decided_by = $3, decision = $4, decided_at = $5, updated = $5
      where id = $1 and state = 'quarantined'`,
    values: [decision.id, decision.state, decision.by, decision.reason, decision.now],
  })
  if (changed > 0 && decision.state === 'dismissed')
    await db.execute({
      name: 'plans-keep-items',
      text: `update plan_items set state = 'kept' where plan_id = $1 and state = 'waiting'`,
      values: [decision.id],
    })
  return changed > 0
}

export interface StoredItem extends Omit<PlanItem, 'error'> {
  readonly error: string | null
  readonly reference: JsonObject
}

const itemColumns = `id, kind, subject_kind as "subjectKind", subject_id as "subjectId", subject_name as "subjectName", state,
  reason, changes, error, reference`

/** Items by the names of their subjects, behind one of them. */
export async function listItems(
  db: Queryable,
  query: {
    readonly planId: string
    readonly kind?: PlanItemKind | undefined
    readonly search?: string | undefined
    readonly afterId?: string
    readonly limit: number
  },
): Promise<readonly StoredItem[]> {
  return db.query<StoredItem>({
    name: 'plan-items-list',
    text: `select ${itemColumns} from plan_items
      where plan_id = $1 and ($2::text is null or kind = $2)
        and ($3 = '' or (lower(subject_name), id) > (select lower(last.subject_name), last.id from plan_items as last where last.id = $3))
        and ($4 = '' or strpos(lower(subject_name), lower($4)) > 0)
      order by lower(subject_name), id limit $5`,
    values: [query.planId, query.kind ?? null, query.afterId ?? '', query.search ?? '', query.limit],
  })
}

export async function countItems(
  db: Queryable,
  query: { readonly planId: string; readonly kind?: PlanItemKind | undefined; readonly search?: string | undefined },
): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'plan-items-count',
    text: `select count(*) as count from plan_items where plan_id = $1 and ($2::text is null or kind = $2)
      and ($3 = '' or strpos(lower(subject_name), lower($3)) > 0)`,
    values: [query.planId, query.kind ?? null, query.search ?? ''],
  })
  return rows[0]?.count ?? 0
}

/** Released plans of a source whose items wait to be applied, with what each item refers to. */
export async function listReleased(
  db: Queryable,
  source: Pick<PlanSource, 'kind' | 'id'>,
): Promise<readonly { planId: string; reference: GuardedItem['reference'] }[]> {
  return db.query({
    name: 'plans-released-items',
    text: `select plans.id as "planId", item.reference from plans join plan_items as item on item.plan_id = plans.id
      where plans.source_kind = $1 and plans.source_id = $2 and plans.state = 'released' and item.state = 'waiting'
      order by item.id limit 100000`,
    values: [source.kind, source.id],
  })
}

/** Released plans are done once their source has looked at every item: what was not applied does not apply any more. */
export async function closeReleased(
  db: Queryable,
  planIds: readonly string[],
  { rest, now }: { readonly rest: 'withdrawn' | 'applied'; readonly now: Date },
): Promise<void> {
  await db.execute({
    name: 'plans-end-rest',
    text: `update plan_items set state = $2 where plan_id = any($1) and state = 'waiting'`,
    values: [planIds, rest],
  })
  await db.execute({
    name: 'plans-close-released',
    text: `update plans set state = 'applied', updated = $2 where id = any($1) and state = 'released'`,
    values: [planIds, now],
  })
}

export async function listReleasedPlanIds(
  db: Queryable,
  source: Pick<PlanSource, 'kind' | 'id'>,
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'plans-released',
    text: `select id from plans where source_kind = $1 and source_id = $2 and state = 'released' order by id limit 1000`,
    values: [source.kind, source.id],
  })
  return rows.map((row) => row.id)
}

/** Waiting items by source, for the directories' pages. */
export async function countHeld(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ sourceId: string; count: number }>({
    name: 'plans-held',
    text: `select plans.source_id as "sourceId", count(*) as count
      from plans join plan_items as item on item.plan_id = plans.id
      where plans.state = 'quarantined' and item.state = 'waiting' group by plans.source_id limit 1000`,
  })
  return new Map(rows.map((row) => [row.sourceId, row.count]))
}

export async function listReleasedItems(
  db: Queryable,
  kind: PlanSource['kind'],
  limit: number,
): Promise<readonly ReleasedItem[]> {
  return db.query<ReleasedItem>({
    name: 'plans-released-of-kind',
    text: `select item.id as "itemId", plans.id as "planId", plans.source_id as "sourceId", item.kind, item.subject_id as "subjectId",
        item.reference ->> 'key' as key
      from plans join plan_items as item on item.plan_id = plans.id
      where plans.source_kind = $1 and plans.state = 'released' and item.state = 'waiting' order by item.id limit $2`,
    values: [kind, limit],
  })
}

/** Notes what became of items; released plans of the kind without any that wait are done. */
export async function settle(
  db: Queryable,
  {
    kind,
    items,
    now,
  }: { readonly kind: PlanSource['kind']; readonly items: readonly SettledItem[]; readonly now: Date },
): Promise<void> {
  await db.execute({
    name: 'plan-items-settle',
    text: `update plan_items set state = input.state, error = input.error
      from jsonb_to_recordset($1::jsonb) as input("itemId" text, state text, error text)
      where plan_items.id = input."itemId" and plan_items.state = 'waiting'`,
    values: [JSON.stringify(items)],
  })
  await db.execute({
    name: 'plans-close-settled',
    text: `update plans set state = 'applied', updated = $2 where source_kind = $1 and state = 'released'
        and not exists (select from plan_items where plan_id = plans.id and state = 'waiting')`,
    values: [kind, now],
  })
}

/** The plan in which a change of a subject waits. */
export async function findWaiting(
  db: Queryable,
  source: Pick<PlanSource, 'kind' | 'id'>,
  subjectId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>({
    name: 'plans-find-waiting',
    text: `select plans.id from plans join plan_items as item on item.plan_id = plans.id
      where plans.source_kind = $1 and plans.source_id = $2 and item.subject_id = $3 and item.state in ('waiting', 'kept')
      order by plans.id desc limit 1`,
    values: [source.kind, source.id, subjectId],
  })
  return row?.id
}
