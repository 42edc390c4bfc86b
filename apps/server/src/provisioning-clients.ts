// Clients that provision users and groups: who they are, what they own and may take away, what they asked for, and how they look things up.
import type { Clock } from '@lockstep/kernel/clock'
import type { GroupService } from './directory/groups/group.service.ts'
import { createCustomResources } from './directory/custom-schemas/custom-resource.service.ts'
import { createCustomSchemas } from './directory/custom-schemas/custom-schema.service.ts'
import { createGroupSearch } from './directory/groups/group-search.service.ts'
import { createMemberHolds } from './directory/groups/member-hold.service.ts'
import { createMemberSets } from './directory/groups/member-set.service.ts'
import { createIntegrationService } from './directory/integrations/integration.service.ts'
import { createRequestLog } from './directory/integrations/request-log.service.ts'
import type { JournalService } from './directory/journal/journal.service.ts'
import { createUserSearch } from './directory/users/user-search.service.ts'
import type { UserService } from './directory/users/user.service.ts'
import type { Vault } from './platform/crypto/vault.ts'
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
  readonly groups: GroupService
  readonly plans: PlanService
  readonly vault: Vault
}

const integrationSettings = 'integrations'
const declarations = 'custom_schemas'

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
    everybody: users,
  })
  const requestLog = createRequestLog(options)
  const groupSearch = createGroupSearch({ database })
  const memberSets = createMemberSets({ ...options, findUsers: (ids) => users.findMany(ids) })
  const memberHolds = createMemberHolds(options)
  const ofGroups = { groupSearch, memberSets, memberHolds }
  const takeaways = createTakeaways({ ...options, ...ofGroups, integrations, userSearch })
  const customResources = createCustomResources(options)
  const customSchemas = createCustomSchemas({
    ...{ ...options, userSearch, groupSearch, resources: customResources },
    changed: () => wakeups.announce(declarations),
  })
  const forgetDeclared = wakeups.subscribe(declarations, (reason) => {
    if (reason === 'announced') customSchemas.forget()
  })
  return {
    integrations,
    forgetIntegrations(): void {
      forgetIntegrations()
      forgetDeclared()
    },
    customResources,
    customSchemas,
    userSearch,
    requestLog,
    takeaways,
    figures: createFigures({ requestLog, userSearch }),
    explanations: createExplanations({ integrations, userSearch, requestLog, takeaways }),
    ...ofGroups,
  }
}
