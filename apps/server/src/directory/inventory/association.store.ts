import type { JsonObject } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import type { AssociationKey, SubjectKind, TargetKind } from './association.rules.ts'

const tables: Readonly<Record<SubjectKind | TargetKind, { readonly table: string; readonly name: string }>> = {
  user: { table: 'users', name: 'username' },
  user_group: { table: 'groups', name: 'name' },
  system: { table: 'systems', name: `coalesce(nullif(display_name, ''), hostname)` },
  system_group: { table: 'system_groups', name: 'name' },
  application: { table: 'applications', name: `coalesce(nullif(display_name, ''), name)` },
}

/** The name of an end of an edge, which cannot be deleted until the transaction ends; undefined: there is none. */
export async function lockEnd(
  db: Queryable,
  end: { readonly kind: SubjectKind | TargetKind; readonly id: string },
): Promise<string | undefined> {
  const { table, name } = tables[end.kind]
  const rows = await db.query<{ name: string }>({
    name: `associations-lock-${end.kind}`,
    text: `select ${name} as name from ${table} where id = $1 for key share`,
    values: [end.id],
  })
  return rows[0]?.name
}

const keyOf = (key: AssociationKey): readonly unknown[] => [key.subjectId, key.targetKind, key.targetId]

/** False when the edge is there already. */
export async function insert(
  db: Queryable,
  key: AssociationKey,
  facts: { readonly attributes: JsonObject | null; readonly created: Date },
): Promise<boolean> {
  const count = await db.execute({
    name: 'associations-insert',
    text: `insert into associations (subject_id, target_kind, target_id, subject_kind, attributes, created)
      values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    values: [...keyOf(key), key.subjectKind, facts.attributes, facts.created],
  })
  return count > 0
}

/** False when there is no such edge. */
export async function setAttributes(
  db: Queryable,
  key: AssociationKey,
  attributes: JsonObject | null,
): Promise<boolean> {
  const count = await db.execute({
    name: 'associations-set-attributes',
    text: 'update associations set attributes = $4 where subject_id = $1 and target_kind = $2 and target_id = $3',
    values: [...keyOf(key), attributes],
  })
  return count > 0
}

/** False when there is no such edge. */
export async function remove(db: Queryable, key: AssociationKey): Promise<boolean> {
  const count = await db.execute({
    name: 'associations-remove',
    text: 'delete from associations where subject_id = $1 and target_kind = $2 and target_id = $3',
    values: [...keyOf(key)],
  })
  return count > 0
}

/** The other end of an edge. */
export interface FarEnd {
  readonly kind: SubjectKind | TargetKind
  readonly id: string
  readonly attributes: JsonObject | null
}

export interface FarEndPage {
  readonly id: string
  readonly kinds: readonly (SubjectKind | TargetKind)[]
  readonly limit: number
  readonly skip: number
}

/** What an object is associated with directly, in the order of ids, and how many that are. */
export async function listFarEnds(
  db: Queryable,
  page: FarEndPage,
): Promise<{ readonly rows: readonly FarEnd[]; readonly total: number }> {
  const edges = `select target_kind as kind, target_id as id, attributes from associations
      where subject_id = $1 and target_kind = any($2)
    union all
    select subject_kind, subject_id, attributes from associations where target_id = $1 and subject_kind = any($2)`
  const [rows, [row]] = await Promise.all([
    db.query<FarEnd>({
      name: 'associations-far-ends',
      text: `${edges} order by id limit $3 offset $4`,
      values: [page.id, page.kinds, page.limit, page.skip],
    }),
    db.query<{ count: number }>({
      name: 'associations-count-far-ends',
      text: `select count(*) as count from (${edges}) as edges`,
      values: [page.id, page.kinds],
    }),
  ])
  return { rows, total: row?.count ?? 0 }
}
