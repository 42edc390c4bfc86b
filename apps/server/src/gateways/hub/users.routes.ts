import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import {
  UserCreate,
  UserDeleteQuery,
  UserDetail,
  UserExplanation,
  UserListQuery,
  UserRow,
  UserUpdate,
} from '@lockstep/contract/hub/user'
import { parseId } from '@lockstep/kernel/ids'
import type { Clock } from '@lockstep/kernel/clock'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { type Cursor, cutPage, readCursor, requireTimeValue } from './cursor.ts'
import { renameFields } from './rename-fields.ts'
import { renderUserPage } from './render-user.ts'
import { readSort } from './sort-order.ts'
import { hasRows, storedInput } from './stored-input.ts'
import { readUserDetail, type UserDetailSources } from './user-detail.ts'

export interface UserRouteOptions extends UserDetailSources {
  readonly journal: Pick<JournalService, 'explain'>
  readonly clock: Clock
}

type UserListing = Parameters<UserService['list']>[1]

const defaultPageRows = 50
const sortFields = {
  username: 'username',
  email: 'email',
  displayName: 'displayname',
  state: 'state',
  created: 'created',
} as const
type SortField = (typeof sortFields)[keyof typeof sortFields]

/** Users as people and scripts list, read, make, change and delete them. */
export function userRoutes(options: UserRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

function readingRoutes(options: UserRouteOptions): readonly Route[] {
  const { users, bindings, journal } = options
  const access = { scheme: 'administrator', permission: 'users.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/users',
      summary: 'List users',
      access,
      query: UserListQuery,
      reply: { status: 200, schema: pageOf(UserRow) },
      async handle({ actor, query }) {
        const sort = readSort(query.sort, sortFields)
        const after = readCursor(query.after)
        if (sort.field === 'created') requireTimeValue(after)
        const limit = query.limit ?? defaultPageRows
        const listing = { ...listingOf(query), sort: [sort], limit: limit + 1 }
        const [rows, total] = await Promise.all([
          users.list(actor, after === undefined ? listing : { ...listing, after }),
          users.count(actor, listing),
        ])
        const { rows: page, ...place } = cutPage(rows, limit, (user) => cursorOf(user, sort.field as SortField))
        const summaries = await bindings.accountSummaries(page.map(({ id }) => id))
        return { body: renderUserPage(page, summaries, { ...place, total, now: options.clock.now() }) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/users/:id',
      summary: 'Read a user with accounts and groups',
      access,
      params: IdParams,
      reply: { status: 200, schema: UserDetail },
      handle: async ({ actor, params }) => ({ body: await readUserDetail(options, actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/users/:id/explanation',
      summary: 'Why each value of a user is what it is: the last change of every field',
      access,
      params: IdParams,
      reply: { status: 200, schema: UserExplanation },
      async handle({ actor, params }) {
        const user = await users.get(actor, params.id)
        return { body: await journal.explain(user.id) }
      },
    }),
  ]
}

function writingRoutes(options: UserRouteOptions): readonly Route[] {
  const { users, clock } = options
  const access = { scheme: 'administrator', permission: 'users.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/users',
      summary: 'Create a user',
      access,
      body: UserCreate,
      reply: { status: 201, schema: UserDetail },
      async handle(request) {
        // Whoever may not see the answer learns it before there is a user.
        requirePermission(request.actor, 'users.read')
        const made = await users.create(originOf(request), storedInput(request.body, { now: clock.now() }))
        return { status: 201, body: await readUserDetail(options, request.actor, made.id) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/users/:id',
      summary: 'Change the named fields of a user; with revision, only if nobody changed the user since',
      access,
      params: IdParams,
      body: UserUpdate,
      reply: { status: 200, schema: UserDetail },
      async handle(request) {
        requirePermission(request.actor, 'users.read')
        const { id } = request.params
        const { revision, ...fields } = request.body
        const [present] = hasRows(fields) ? await users.findMany([parseId(id) ?? '']) : []
        const input = storedInput(fields, { now: clock.now(), stored: present?.attributes })
        await users.change(originOf(request), id, { input, ...(revision === undefined ? {} : { revision }) })
        return { body: await readUserDetail(options, request.actor, id) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/users/:id',
      summary: 'Delete a user; cascadeManager says what becomes of those who report to them',
      access: { scheme: 'administrator', permission: 'users.delete' },
      params: IdParams,
      query: UserDeleteQuery,
      reply: { status: 204 },
      async handle(request) {
        const { cascadeManager: choice } = request.query
        const options = choice === undefined ? {} : { cascadeManager: choice === 'null' ? null : choice }
        await renameFields({ cascade_manager: 'cascadeManager' }, () =>
          users.remove(originOf(request), request.params.id, options),
        )
        return { status: 204 }
      },
    }),
  ]
}

/** What the filters of a list of users ask the directory for. */
export function listingOf({
  search,
  state,
  directoryId,
  groupId,
  department,
}: UserListQuery): Omit<UserListing, 'sort' | 'limit'> {
  return {
    ...(search === undefined ? {} : { search }),
    ...(state === undefined ? {} : { state }),
    ...(directoryId === undefined ? {} : { inDirectoryId: directoryId }),
    ...(groupId === undefined ? {} : { inGroupId: groupId }),
    ...(department === undefined
      ? {}
      : { condition: { field: 'department', operator: 'eq', values: [department] } as const }),
  }
}

function cursorOf(user: User, field: SortField): Cursor {
  return { value: field === 'created' ? user.created.toISOString() : user[field], id: user.id }
}
