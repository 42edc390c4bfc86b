import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import Type from 'typebox'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { ListParameters, parseListQuery, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'

const Ids = Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()]))
/** The names of the ids in the body, by the kind of group. */
export const SuggestionBody = Type.Object({ user_ids: Ids, object_ids: Ids })

const maxApplied = 1000

/** The operation is documented as a POST, and its example is a PUT. */
export const applyingMethods = ['POST', 'PUT'] as const

/** What the rules of reviewed groups of users suggest. */
export function suggestionRoutes(groups: GroupService): readonly Route[] {
  const path = '/api/v2/usergroups/:id/suggestions'
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List what the rule of a user group would change',
      access: { scheme: 'administrator', permission: 'groups.read' },
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const groupId = requireObjectId(params.id, 'group_id')
        const { limit, skip } = parseListQuery(query, 'v2')
        const { rows, total } = await groups.listSuggestions(actor, { groupId, limit, skip })
        return v2Page(
          rows.map(({ userId, op }) => renderSuggestion('user', userId, op)),
          { total, url, limit, skip },
        )
      },
    }),
    ...applyingMethods.map((method) =>
      defineRoute({
        method,
        path,
        summary: 'Do what is suggested about the named users',
        access: { scheme: 'administrator', permission: 'groups.write' },
        params: IdPath,
        body: SuggestionBody,
        async handle(request) {
          const groupId = requireObjectId(request.params.id, 'group_id')
          const ids = suggestedIds(request.body)
          const found = await groups.applySuggestions(originOf(request), groupId, ids)
          return { body: renderApplied(ids, found) }
        },
      }),
    ),
  ]
}

/** A suggestion as v2 answers it. */
export function renderSuggestion(type: 'user' | 'system', id: string, op: 'add' | 'remove'): object {
  return { object: { attributes: null, id, type }, op }
}

/** Which of the ids something was suggested about. */
export function renderApplied(ids: readonly string[], found: readonly string[]): object {
  return {
    suggestions_found: found,
    suggestions_not_found: ids.filter((id) => !found.includes(id)),
  }
}

/** The ids of a body, by either name; there must be some. */
export function suggestedIds(body: {
  readonly user_ids?: readonly string[] | null
  readonly object_ids?: readonly string[] | null
}): readonly string[] {
  const given = body.user_ids ?? body.object_ids ?? []
  if (given.length === 0 || given.length > maxApplied)
    throw new AppError('invalid_request', {
      field: 'user_ids',
      detail: `Bad Request: user_ids must be a list of 1 to ${maxApplied} ids.`,
    })
  return [...new Set(given.map((id) => parseId(id.trim()) ?? requireObjectId(id, 'user_ids')))]
}
