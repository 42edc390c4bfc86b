import { type ChangeKind, ChangePage, changePageRows, ChangeQuery } from '@lockstep/contract/hub/change'
import type { DirectoryChanges } from '../../directory/changes/change-feed.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { renderChange } from './render-change.ts'

/** The change feed, for whoever keeps a copy of the directory. */
export function changeRoutes({ changes }: { readonly changes: DirectoryChanges }): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/changes',
      summary: 'List what there is and then what changed, with nothing left out between two calls',
      access: { scheme: 'administrator', permission: 'users.read' },
      query: ChangeQuery,
      reply: { status: 200, schema: ChangePage },
      async handle({ actor, query, signal }) {
        const { since, kind, limit = changePageRows, include, wait = 0 } = query
        const { items, ...page } = await changes.read(actor, {
          ...(since === undefined ? {} : { since }),
          // The schema lets no other words through.
          ...(kind === undefined ? {} : { kinds: kind.split(',') as ChangeKind[] }),
          limit,
          waitMs: wait * 1000,
          signal,
        })
        return {
          body: { items: items.map((item) => renderChange(item, { withObject: include === 'object' })), ...page },
        }
      },
    }),
  ]
}
