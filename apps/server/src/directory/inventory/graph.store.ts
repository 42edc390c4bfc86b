// The graph is not stored: its edges are memberships, bindings and associations, which these statements walk along.
import { type RawBuilder, sql } from 'kysely'
import { compileCondition, compose, type Condition } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { type GraphStep, type NodeKind, waysBetween } from './graph.rules.ts'

export interface Traversal {
  readonly from: NodeKind
  readonly id: string
  readonly to: NodeKind
}

interface Step {
  readonly join: RawBuilder<unknown>
  readonly id: RawBuilder<unknown>
  readonly edgeAttributes: RawBuilder<unknown>
}

const subjects = new Set<NodeKind>(['user', 'user_group'])
const none = sql`null::jsonb`

/** The join that leads from one object to those of the next kind. */
function stepTo(
  from: NodeKind,
  to: NodeKind,
  at: { readonly previous: RawBuilder<unknown>; readonly index: number },
): Step {
  const alias = sql.raw(`step_${at.index}`)
  const { previous } = at
  if (from === 'user' && to === 'user_group')
    return {
      join: sql`join group_members as ${alias} on ${alias}.user_id = ${previous} and not ${alias}.removing`,
      id: sql`${alias}.group_id`,
      edgeAttributes: none,
    }
  if (from === 'user_group' && to === 'user')
    return {
      join: sql`join group_members as ${alias} on ${alias}.group_id = ${previous} and not ${alias}.removing`,
      id: sql`${alias}.user_id`,
      edgeAttributes: none,
    }
  if (from === 'system' && to === 'system_group')
    return {
      join: sql`join system_group_members as ${alias} on ${alias}.system_id = ${previous}`,
      id: sql`${alias}.group_id`,
      edgeAttributes: none,
    }
  if (from === 'system_group' && to === 'system')
    return {
      join: sql`join system_group_members as ${alias} on ${alias}.group_id = ${previous}`,
      id: sql`${alias}.system_id`,
      edgeAttributes: none,
    }
  if (to === 'active_directory')
    return {
      join: sql`join bindings as ${alias} on ${alias}.subject_id = ${previous}`,
      id: sql`${alias}.directory_id`,
      edgeAttributes: none,
    }
  return subjects.has(from)
    ? {
        join: sql`join associations as ${alias} on ${alias}.subject_id = ${previous} and ${alias}.target_kind = ${to}`,
        id: sql`${alias}.target_id`,
        edgeAttributes: sql`${alias}.attributes`,
      }
    : {
        join: sql`join associations as ${alias} on ${alias}.target_id = ${previous} and ${alias}.subject_kind = ${to}`,
        id: sql`${alias}.subject_id`,
        edgeAttributes: sql`${alias}.attributes`,
      }
}

interface Way {
  readonly joins: RawBuilder<unknown>
  readonly steps: readonly (Step & { readonly kind: NodeKind })[]
}

function waysOf({ from, to }: Traversal): readonly Way[] {
  return waysBetween(from, to).map((kinds) => {
    const steps: (Step & { readonly kind: NodeKind })[] = []
    for (const [index, kind] of kinds.entries()) {
      const before = steps.at(-1)
      const at = { previous: before?.id ?? sql`origin.id`, index }
      steps.push({ ...stepTo(before?.kind ?? from, kind, at), kind })
    }
    return {
      joins: sql.join(
        steps.map(({ join }) => join),
        sql` `,
      ),
      steps,
    }
  })
}

const idOf = ({ steps }: Way): RawBuilder<unknown> => steps.at(-1)?.id ?? sql`origin.id`

/** A page of the objects that can be reached, in the order of ids, and how many there are. */
export async function listReached(
  db: Queryable,
  traversal: Traversal,
  page: { readonly condition?: Condition | undefined; readonly limit: number; readonly skip: number },
): Promise<{ readonly ids: readonly string[]; readonly total: number }> {
  const parts = waysOf(traversal).map(
    (way) => sql`select ${idOf(way)} as id from (select ${traversal.id}::text as id) as origin ${way.joins}`,
  )
  if (parts.length === 0) return { ids: [], total: 0 }
  const where =
    page.condition === undefined
      ? sql`true`
      : compileCondition(page.condition, (field) =>
          field === 'id' ? { expression: sql`reached.id`, type: 'text' } : undefined,
        )
  const [row] = await db.query<{ ids: readonly string[]; total: number }>(
    compose(sql`with reached as materialized (${sql.join(parts, sql` union `)})
      select array(select id from reached where ${where} order by id limit ${page.limit} offset ${page.skip}) as ids,
        (select count(*) from reached where ${where}) as total`),
  )
  return row ?? { ids: [], total: 0 }
}

export interface ReachedPath {
  readonly id: string
  readonly path: readonly GraphStep[]
}

/** Groups carry attributes of their own, which the ways through them show. */
function nodeAttributes({ kind, id }: Step & { readonly kind: NodeKind }): RawBuilder<unknown> {
  if (kind === 'user_group') return sql`(select groups.attributes from groups where groups.id = ${id})`
  if (kind === 'system_group')
    return sql`(select system_groups.attributes from system_groups where system_groups.id = ${id})`
  return none
}

/** Every way to some of the objects, shorter ones first; at most so many. */
export async function listPaths(
  db: Queryable,
  traversal: Traversal,
  page: { readonly ids: readonly string[]; readonly limit: number },
): Promise<readonly ReachedPath[]> {
  if (page.ids.length === 0) return []
  const parts = waysOf(traversal).map((way) => {
    const path = way.steps.map(
      (
        step,
      ) => sql`jsonb_build_object('kind', ${step.kind}::text, 'id', ${step.id}, 'edgeAttributes', ${step.edgeAttributes},
        'attributes', ${nodeAttributes(step)})`,
    )
    return sql`select ${idOf(way)} as id, jsonb_build_array(${sql.join(path)}) as path
      from (select ${traversal.id}::text as id) as origin ${way.joins}
      where ${idOf(way)} = any(${page.ids}::text[])`
  })
  return db.query<ReachedPath>(compose(sql`${sql.join(parts, sql` union `)} order by id, path limit ${page.limit}`))
}
