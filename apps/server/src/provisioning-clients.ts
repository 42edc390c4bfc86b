// Clients that provision users and groups: who they are, what they own and may take away, what they asked for, and how they look things up.
import type { Clock } from '@lockstep/kernel/clock'
import { createGroupSearch } from './directory/groups/group-search.service.ts'
import { createMemberSets } from './directory/groups/member-set.service.ts'
import { createIntegrationService } from './directory/integrations/integration.service.ts'
import { createRequestLog } from './directory/integrations/request-log.service.ts'
import type { JournalService } from './directory/journal/journal.service.ts'
import { createUserSearch } from './directory/users/user-search.service.ts'
import type { UserService } from './directory/users/user.service.ts'
import type { Database } from './platform/db/database.ts'
import type { Wakeups } from './platform/db/wakeups.ts'
import type { Log } from './platform/log/log.ts'
import { createExplanations } from './processes/integrations/explanation.service.ts'
import { createFigures } from './processes/integrations/figures.service.ts'
import { createTakeaways } from './processes/integrations/takeaway.service.ts'
import type { PlanService } from './processes/plans/plan.service.ts'

export interface ProvisioningClientOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly journal: JournalService
  readonly announce: () => void
  readonly users: UserService
  readonly plans: PlanService
}

const integrationSettings = 'integrations'

/** What clients that provision users and groups need beside the services of users and groups. */
export function createProvisioningClients(
  options: ProvisioningClientOptions,
  wakeups: Pick<Wakeups, 'announce' | 'subscribe'>,
) {
  const { database, users } = options
  const integrations = createIntegrationService({
    ...options,
    changed: () => wakeups.announce(integrationSettings),
  })
  const forgetIntegrations = wakeups.subscribe(integrationSettings, (reason) => {
    if (reason === 'announced') integrations.forget()
  })
  const userSearch = createUserSearch({
    database,
    countAll: (actor) => users.count(actor, { sort: [], limit: 0 }),
  })
  const requestLog = createRequestLog(options)
  const takeaways = createTakeaways({ ...options, integrations, userSearch })
  return {
    integrations,
    forgetIntegrations,
    userSearch,
    requestLog,
    takeaways,
    figures: createFigures({ requestLog, userSearch }),
    explanations: createExplanations({ integrations, userSearch, requestLog, takeaways }),
    groupSearch: createGroupSearch({ database }),
    memberSets: createMemberSets({ ...options, findUsers: (ids) => users.findMany(ids) }),
  }
}
