// Resources of declared types. What clients may set stands in `content`, under its names; extensions under their URNs.
import { type RawBuilder, sql } from 'kysely'
import type { Id } from '@lockstep/kernel/ids'
import type { JsonObject } from '@lockstep/kernel/json'
import {
  type AttributeComparison,
  type AttributeCondition,
  type AttributeField,
  type AttributeOrder,
  type AttributePlace,
  type AttributeSource,
  compileAttributeCondition,
  jsonRows,
  orderedBy,
} from '../../platform/db/attribute-condition.ts'
import { compose } from '../../platform/db/compose.ts'
import type { Query, Queryable } from '../../platform/db/database.ts'
import { uniqueMark, uniqueValueIs } from '../../platform/db/unique-value.ts'

type Sql = RawBuilder<unknown>

/** A resource of a declared type. */
export interface CustomResource {
  readonly id: Id
  /** The key of its type. */
  readonly typeId: string
  /** By integration. */
  readonly externalIds: Readonly<Record<string, string>>
  readonly content: JsonObject
  /** The integration that made it. */
  readonly madeBy: string | null
  readonly revision: number
  readonly created: Date
  readonly updated: Date
}

/** A resource with the value that the list is sorted by, as text. */
export interface FoundResource extends CustomResource {
  readonly sortValue: string | null
}

const columns = `r.id, r.type_id as "typeId", r.external_ids as "externalIds", r.content, r.made_by as "madeBy", r.revision, r.created, r.updated`
const typedColumns: Readonly<Record<string, Sql>> = {
  id: sql`r.id`,
  created: sql`r.created`,
  updated: sql`r.updated`,
}

/** A path within the content; that of a unique value is marked as such. */
function pathOf(field: readonly string[]): readonly string[] {
  return field[0] === uniqueMark ? field.slice(1) : field
}

function columnOf(field: AttributeField): Sql | undefined {
  if (typeof field === 'string') return Object.hasOwn(typedColumns, field) ? typedColumns[field] : undefined
  return field[0] === 'externalId'
    ? sql`r.external_ids ->> ${field[1] ?? ''}::text`
    : sql`r.content #>> ${[...pathOf(field)]}::text[]`
}

function impliedBy(comparison: AttributeComparison): Sql | undefined {
  const { field, operator, value } = comparison
  if (typeof field === 'string') return undefined
  if (field[0] === uniqueMark) return uniqueValueIs('content', pathOf(field), comparison)
  return field[0] === 'externalId' && operator === 'eq'
    ? sql`r.external_ids @> ${JSON.stringify({ [field[1] ?? '']: String(value) })}::jsonb`
    : undefined
}

const source: AttributeSource = {
  column: columnOf,
  rows: (field) => jsonRows(sql`r.content #> ${typeof field === 'string' ? [field] : [...field]}::text[]`),
  implied: impliedBy,
}

/** What a list of resources asks for. */
export interface ResourceSearch {
  readonly where: AttributeCondition
  readonly sort?: Omit<AttributeOrder, 'expression'> & { readonly field: AttributeField }
  readonly limit: number
  readonly skip?: number
  readonly after?: AttributePlace
}

function sortColumn(field: AttributeField): Sql {
  if (typeof field === 'string' || field[0] === 'externalId') return columnOf(field) ?? sql`null::text`
  const path = pathOf(field)
  // Of a list the primary element counts, or else the first.
  return sql`coalesce(r.content #>> ${[...path]}::text[], (
    select item ->> ${path.at(-1) ?? ''} from jsonb_path_query(r.content #> ${path.slice(0, -1)}::text[], '$[*]') with ordinality as list(item, place)
    order by coalesce(item ->> 'primary' = 'true', false) desc, place limit 1))`
}

export function searchQuery(typeId: string, search: ResourceSearch): Query {
  const { sort } = search
  const by = sort && { expression: sortColumn(sort.field), as: sort.as, descending: sort.descending }
  const { ordering, beyond, value } = orderedBy(sql`r.id`, by, search.after)
  return compose(sql`select ${sql.raw(columns)}, ${value} as "sortValue" from custom_resources r
    where r.type_id = ${typeId} and ${compileAttributeCondition(search.where, source)} and ${beyond}
    order by ${ordering} limit ${search.limit} offset ${search.skip ?? 0}`)
}

export function searchCount(typeId: string, where: AttributeCondition): Query {
  return compose(sql`select count(*) as count from custom_resources r
    where r.type_id = ${typeId} and ${compileAttributeCondition(where, source)}`)
}

export async function find(db: Queryable, typeId: string, id: string): Promise<FoundResource | undefined> {
  const [row] = await db.query<FoundResource>({
    name: 'custom-resources-find',
    text: `select ${columns}, null as "sortValue" from custom_resources r where r.type_id = $1 and r.id = $2`,
    values: [typeId, id],
  })
  return row
}

export async function insert(db: Queryable, resource: CustomResource): Promise<void> {
  const { id, typeId, externalIds, content, madeBy, revision, created, updated } = resource
  await db.execute({
    name: 'custom-resources-insert',
    text: `insert into custom_resources (id, type_id, external_ids, content, made_by, revision, created, updated)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [...[id, typeId, JSON.stringify(externalIds), JSON.stringify(content), madeBy, revision, created, updated]],
  })
}

/** False when somebody was faster. */
export async function update(db: Queryable, resource: CustomResource, baseRevision: number): Promise<boolean> {
  const { id, externalIds, content, revision, updated } = resource
  const count = await db.execute({
    name: 'custom-resources-update',
    text: `update custom_resources set external_ids = $2, content = $3, revision = $4, updated = $5 where id = $1 and revision = $6`,
    values: [id, JSON.stringify(externalIds), JSON.stringify(content), revision, updated, baseRevision],
  })
  return count > 0
}

/** False when somebody was faster. */
export async function remove(db: Queryable, id: string, baseRevision: number): Promise<boolean> {
  const text = 'delete from custom_resources where id = $1 and revision = $2'
  return (await db.execute({ name: 'custom-resources-remove', text, values: [id, baseRevision] })) > 0
}

/** How many resources there are, by type. */
export async function countByType(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ typeId: string; count: number }>({
    name: 'custom-resources-count',
    text: 'select type_id as "typeId", count(*) as count from custom_resources group by type_id limit 100',
  })
  return new Map(rows.map(({ typeId, count }) => [typeId, count]))
}
