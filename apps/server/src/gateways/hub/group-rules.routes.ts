import {
  MemberSuggestion,
  RulePreview,
  RulePreviewRequest,
  type RuledUser,
  RuleValueQuery,
  RuleValues,
  SuggestionListQuery,
  SuggestionsApplied,
  SuggestionsApply,
} from '@lockstep/contract/hub/group'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import type { JsonObject } from '@lockstep/kernel/json'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { GroupRules } from '../../directory/groups/rule-members.service.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { cutPage, readCursor } from './cursor.ts'
import { renameFields } from './rename-fields.ts'

export interface GroupRuleRouteOptions {
  readonly groups: Pick<GroupService, 'listSuggestions' | 'applySuggestions'>
  readonly rules: Pick<GroupRules, 'preview' | 'previewLeaving' | 'listValues'>
  readonly users: Pick<UserService, 'findMany'>
}

const defaultPreviewRows = 10
const defaultPageRows = 50

/** Rules of dynamic groups: whom they would name, which values they may ask for, and what they suggest. */
export function groupRuleRoutes(options: GroupRuleRouteOptions): readonly Route[] {
  return [previewRoute(options), valuesRoute(options), suggestionsRoute(options), applyRoute(options)]
}

function previewRoute({ rules }: GroupRuleRouteOptions): Route {
  return defineRoute({
    method: 'POST',
    path: '/hub/v1/groups/preview',
    summary: 'Tell whom a rule of a dynamic group would name',
    access: { scheme: 'administrator', permission: 'users.read' },
    body: RulePreviewRequest,
    reply: { status: 200, schema: RulePreview },
    async handle({ actor, body }) {
      const { groupId, memberQueryExemptions: exemptions, limit = defaultPreviewRows } = body
      const memberQuery = body.memberQuery as JsonObject
      const named = await rules.preview(actor, memberQuery, limit)
      if (groupId === undefined) return { body: rendered(named) }
      const wish = { groupId, memberQuery, ...(exemptions === undefined ? {} : { exemptions }) }
      return { body: { ...rendered(named), leaving: rendered(await rules.previewLeaving(actor, wish, limit)) } }
    },
  })
}

type Ruled = Awaited<ReturnType<GroupRules['preview']>>

function rendered({ users, total }: Ruled): { readonly total: number; readonly items: RuledUser[] } {
  return { total, items: users.map(renderUser) }
}

function renderUser(user: Ruled['users'][number]): RuledUser {
  const { id, username, email, displayname, state } = user
  return { userId: id, username, email, displayName: displayname, name: nameOfUser(user), state }
}

function valuesRoute({ rules }: GroupRuleRouteOptions): Route {
  return defineRoute({
    method: 'GET',
    path: '/hub/v1/groups/rule-values',
    summary: 'List values that users have in a field that rules may name, the most frequent first',
    access: { scheme: 'administrator', permission: 'users.read' },
    query: RuleValueQuery,
    reply: { status: 200, schema: RuleValues },
    async handle({ actor, query: { field, search = '' } }) {
      return { body: { items: [...(await rules.listValues(actor, { field, search }))] } }
    },
  })
}

const path = '/hub/v1/groups/:id/suggestions'

function suggestionsRoute({ groups, users }: GroupRuleRouteOptions): Route {
  return defineRoute({
    method: 'GET',
    path,
    summary: 'List what the rule of a group under review would change',
    access: { scheme: 'administrator', permission: 'groups.read' },
    params: IdParams,
    query: SuggestionListQuery,
    reply: { status: 200, schema: pageOf(MemberSuggestion) },
    async handle({ actor, params, query }) {
      const limit = query.limit ?? defaultPageRows
      const after = readCursor(query.after)
      const listing = { groupId: params.id, limit: limit + 1, ...(after === undefined ? {} : { afterId: after.id }) }
      const { rows, total } = await listed(() => groups.listSuggestions(actor, listing))
      const { rows: page, ...place } = cutPage(rows, limit, ({ userId }) => ({ value: '', id: userId }))
      const found = await users.findMany(page.map(({ userId }) => userId))
      const byId = new Map(found.map((user): [string, RuledUser] => [user.id, renderUser(user)]))
      const items = page.flatMap(({ userId, op }) => {
        const user = byId.get(userId)
        return user === undefined ? [] : [{ ...user, op }]
      })
      return { body: { ...place, items, total } }
    },
  })
}

function applyRoute({ groups }: GroupRuleRouteOptions): Route {
  return defineRoute({
    method: 'POST',
    path,
    summary: 'Do what is suggested about the named users',
    access: { scheme: 'administrator', permission: 'groups.write' },
    params: IdParams,
    body: SuggestionsApply,
    reply: { status: 200, schema: SuggestionsApplied },
    async handle(request) {
      const { userIds } = request.body
      const done = await listed(() => groups.applySuggestions(originOf(request), request.params.id, userIds))
      return { body: { userIds: [...done] } }
    },
  })
}

/** The service names the group as JumpCloud's API does. */
function listed<T>(work: () => Promise<T>): Promise<T> {
  return renameFields({ group_id: 'id' }, work)
}
