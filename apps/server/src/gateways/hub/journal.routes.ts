import { JournalPage, JournalQuery, JournalVerification } from '@lockstep/contract/hub/journal'
import type { JournalChain } from '../../directory/journal/journal-chain.service.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'

export interface JournalRouteOptions {
  readonly journal: Pick<JournalService, 'list'>
  readonly chain: Pick<JournalChain, 'verify'>
}

/** The journal, and the check that nobody changed it. */
export function journalRoutes({ journal, chain }: JournalRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/journal',
      summary: 'List what happened, newest first',
      access: { scheme: 'administrator', permission: 'journal.read' },
      query: JournalQuery,
      reply: { status: 200, schema: JournalPage },
      handle: async ({ query }) => ({ body: await journal.list(query) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/journal/verify',
      summary: 'Check the journal’s hash chain from its start to its end',
      access: { scheme: 'administrator', permission: 'journal.verify' },
      reply: { status: 200, schema: JournalVerification },
      handle: async () => ({ body: await chain.verify() }),
    }),
  ]
}
