import type { Actor } from '@lockstep/contract/access'
import { GroupCreate, GroupDetail, GroupListQuery, GroupRow, GroupUpdate } from '@lockstep/contract/hub/group'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import type { JsonObject } from '@lockstep/kernel/json'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { Group, GroupInput } from '../../directory/groups/group.rules.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { type Cursor, cutPage, readCursor, requireTimeValue } from './cursor.ts'
import { ownerOf, type Owners } from './integration-owner.ts'
import { renderGroupDetail, renderGroupRow } from './render-group.ts'
import { readSort } from './sort-order.ts'

export interface GroupRouteOptions {
  readonly groups: GroupService
  readonly bindings: BindingService
  readonly integrations: Owners
}

const defaultPageRows = 50
const sortFields = { name: 'name', created: 'created' } as const

/** Groups; their members are in group-members.routes.ts, what concerns rules of members in group-rules.routes.ts. */
export function groupRoutes(options: GroupRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

/** The group; its counterparts only for those who may see directories. */
async function detailOf(
  { groups, bindings, integrations }: GroupRouteOptions,
  actor: Actor,
  group: Group,
): Promise<GroupDetail> {
  const seesDirectories = actor.permissions.has('directories.read')
  // Asked for first: a group that has settled is told with the members that it then has.
  const settling = await groups.isSettling(group.id)
  const [owner, memberCount, memberGroups, counts, accounts, directories] = await Promise.all([
    ownerOf(integrations, actor, group),
    groups.countMembers(actor, group.id),
    groups.groupsIn(group.id),
    groups.suggestionCounts([group.id]),
    seesDirectories ? bindings.accountsOfGroup(actor, group.id) : [],
    seesDirectories ? bindings.directories(actor) : [],
  ])
  const directoryNames = new Map(directories.map((directory) => [directory.id, directory.name]))
  const suggestions = counts.get(group.id)
  return renderGroupDetail(group, { owner, settling, memberCount, memberGroups, suggestions, accounts, directoryNames })
}

function readingRoutes(options: GroupRouteOptions): readonly Route[] {
  const { groups, bindings } = options
  const access = { scheme: 'administrator', permission: 'groups.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/groups',
      summary: 'List groups',
      access,
      query: GroupListQuery,
      reply: { status: 200, schema: pageOf(GroupRow) },
      async handle({ actor, query }) {
        const sort = readSort(query.sort, sortFields)
        const after = readCursor(query.after)
        if (sort.field === 'created') requireTimeValue(after)
        const limit = query.limit ?? defaultPageRows
        const { search, directoryId } = query
        const listing = {
          ...(search === undefined ? {} : { search }),
          ...(directoryId === undefined ? {} : { inDirectoryId: directoryId }),
          sort: [sort],
          limit: limit + 1,
        }
        const [rows, total] = await Promise.all([
          groups.list(actor, after === undefined ? listing : { ...listing, after }),
          groups.count(actor, listing),
        ])
        const { rows: page, ...place } = cutPage(rows, limit, (group) => cursorOf(group, sort.field))
        const ids = page.map(({ id }) => id)
        const counts = await groups.memberCounts(ids)
        const seesDirectories = actor.permissions.has('directories.read')
        const directoriesOf = seesDirectories
          ? await bindings.directoriesOfGroups(actor, ids)
          : new Map<string, readonly string[]>()
        const surroundings = (id: string) => ({
          memberCount: counts.get(id) ?? 0,
          directoryIds: directoriesOf.get(id) ?? [],
        })
        return { body: { ...place, items: page.map((group) => renderGroupRow(group, surroundings(group.id))), total } }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/groups/:id',
      summary: 'Read a group with its counterparts in directories',
      access,
      params: IdParams,
      reply: { status: 200, schema: GroupDetail },
      handle: async ({ actor, params }) => ({
        body: await detailOf(options, actor, await groups.get(actor, params.id)),
      }),
    }),
  ]
}

/** What a body says of a group, its rule as plain JSON. */
function groupInput({ memberQuery, ...input }: Omit<GroupUpdate, 'revision'>): GroupInput {
  return { ...input, ...(memberQuery === undefined ? {} : { memberQuery: memberQuery as JsonObject | null }) }
}

function cursorOf(group: Group, field: string): Cursor {
  return { value: field === 'created' ? group.created.toISOString() : group.name, id: group.id }
}

function writingRoutes(options: GroupRouteOptions): readonly Route[] {
  const { groups } = options
  const access = { scheme: 'administrator', permission: 'groups.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/groups',
      summary: 'Create a group',
      access,
      body: GroupCreate,
      reply: { status: 201, schema: GroupDetail },
      async handle(request) {
        const made = await groups.create(originOf(request), groupInput(request.body))
        return { status: 201, body: await detailOf(options, request.actor, made) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/groups/:id',
      summary: 'Change the named fields of a group; with revision, only if nobody changed the group since',
      access,
      params: IdParams,
      body: GroupUpdate,
      reply: { status: 200, schema: GroupDetail },
      async handle(request) {
        const { revision, ...body } = request.body
        const change = { input: groupInput(body), ...(revision === undefined ? {} : { revision }) }
        const changed = await groups.change(originOf(request), request.params.id, change)
        return { body: await detailOf(options, request.actor, changed) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/groups/:id',
      summary: 'Delete a group',
      access,
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await groups.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}
