// How it goes with integrations: what they own, when they last asked for something, and what failed lately.
import type { IntegrationFigures } from '@lockstep/contract/hub/integration'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'

export interface FiguresService {
  /** The figures of integrations by their ids. */
  of(ids: readonly string[]): Promise<ReadonlyMap<string, IntegrationFigures>>
}

export interface FiguresOptions {
  readonly requestLog: Pick<RequestLog, 'latest'>
  readonly userSearch: Pick<UserSearchService, 'countOwnedByEach'>
}

export function createFigures({ requestLog, userSearch }: FiguresOptions): FiguresService {
  return {
    async of(ids) {
      const [latest, owned] = await Promise.all([requestLog.latest(ids), userSearch.countOwnedByEach(ids)])
      const figures = new Map<string, IntegrationFigures>()
      for (const id of ids) {
        const { lastRequest, failures } = latest.get(id) ?? { lastRequest: null, failures: 0 }
        figures.set(id, {
          activeUsers: owned.get(id) ?? 0,
          failures,
          ...(lastRequest === null ? {} : { lastRequest: lastRequest.toISOString() }),
        })
      }
      return figures
    },
  }
}
