// The guided ways of changing a directory: what would come of it, before it is done.
import type { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import type { DirectoryPath, DirectoryPreview } from '@lockstep/contract/hub/directory-change'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { Database } from '../../platform/db/database.ts'
import * as agentStore from './agent.store.ts'
import { type ContainerService, createContainerService } from './container.service.ts'
import { noDirectory } from './change-domain.ts'
import { disconnectionSteps, migrationSteps, previewChange } from './directory-change.rules.ts'
import { rootsOf } from './domain-anchors.ts'
import { findMisplaced } from './domain-places.ts'
import { changedDomain, settingChanges } from './domain-settings.rules.ts'
import type { Domain } from './domain.rules.ts'
import * as store from './domain.store.ts'
import * as scope from './mirror-scope.store.ts'
import { countOwnership, countUnmade } from './preview.store.ts'
import * as problems from './problem.store.ts'
import { countHomeUsers } from './sign-in-count.store.ts'

type Actor = ChangeOrigin['actor']

/** Says what changing, disconnecting and leaving a domain means; changes nothing. */
export interface DirectoryChangeService {
  preview(actor: Actor, id: string, input: DirectoryUpdate): Promise<DirectoryPreview>
  /** In which containers the accounts of the hub's users would be. */
  containers: ContainerService['preview']
  disconnection(actor: Actor, id: string): Promise<DirectoryPath>
  /** The way from a domain to the hub alone, with what is done of it. */
  migration(actor: Actor, id: string): Promise<DirectoryPath>
}

export function createDirectoryChangeService({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): DirectoryChangeService {
  const load = async (actor: Actor, id: string): Promise<Domain> => {
    requirePermission(actor, 'directories.read')
    const domain = await store.find(database, parseId(id) ?? '')
    if (domain === undefined) throw noDirectory()
    return domain
  }
  return {
    async preview(actor, id, input) {
      const before = await load(actor, id)
      const after = changedDomain(before, input, clock.now())
      return previewChange({
        before,
        after,
        removeAgents: input.removeAgents === true,
        agents: await agentStore.list(database, before.id),
        counts: await countOwnership(database, before.id),
        home: await countHomeUsers(database, before.id),
        unmade: await countUnmade(database, before.id),
        scope: await scopeChange(database, before, after),
        refusal: (await findMisplaced(database, after, Object.keys(settingChanges(before, after))))?.detail,
      })
    },
    containers: createContainerService({ database, clock }).preview,
    async disconnection(actor, id) {
      const domain = await load(actor, id)
      const counts = await countOwnership(database, domain.id)
      return { steps: disconnectionSteps(domain, counts, await agentStore.list(database, domain.id)) }
    },
    async migration(actor, id) {
      const domain = await load(actor, id)
      return {
        steps: migrationSteps(domain, {
          counts: await countOwnership(database, domain.id),
          agents: await agentStore.list(database, domain.id),
          problemCount: await problems.count(database, { domainId: domain.id, search: '' }),
          now: clock.now(),
        }),
      }
    },
  }
}

/** Who would be in scope: by identity where the place stays, by name where another one is asked for. */
async function scopeChange(db: Database, before: Domain, after: Domain): Promise<scope.ScopeChange> {
  const findNew = async (was: string, is: string, guid: string | null): Promise<string | null> =>
    was === is ? guid : ((await scope.findGuidByDn(db, after.id, is)) ?? null)
  const rootGuid = await findNew(before.rootDn, after.rootDn, before.rootGuid)
  const group = await findNew(before.integrationGroupDn, after.integrationGroupDn, before.integrationGroupGuid)
  const furtherRoots = await Promise.all(
    after.furtherRoots.map(async ({ dn, guid }) => ({
      dn,
      guid: guid ?? (await scope.findGuidByDn(db, after.id, dn)) ?? null,
    })),
  )
  const roots = rootsOf({ ...after, rootGuid, furtherRoots })
  if (group === null) return { users: 0, leaving: 0, entering: 0 }
  return scope.countScopeChange(db, { ...roots, integrationGroupGuid: group })
}
