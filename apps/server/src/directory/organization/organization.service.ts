import type { Actor } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { SettingsService } from '../settings/settings.service.ts'
import { passwordPolicySetting } from '../users/password-policy.rules.ts'
import {
  changedState,
  defaultStateOf,
  organizationChanges,
  organizationSetting,
  organizationState,
  type OrganizationState,
  type UserSource,
} from './organization.rules.ts'

/** The one organization that the hub serves: what it is called and what it demands. */
export interface OrganizationService {
  read(actor: Actor): Promise<OrganizationState>
  /** The same for the hub itself, at most a few seconds old. */
  recent(): Promise<OrganizationState>
  /** Changes the named settings, in JumpCloud's shape. */
  change(origin: ChangeOrigin, input: JsonObject): Promise<OrganizationState>
  /** Whether every administrator needs a second factor. */
  requiresSecondFactor(): Promise<boolean>
  /** The state that a new user of a source has; at most a few seconds old. */
  defaultState(source: UserSource): Promise<'ACTIVATED' | 'STAGED'>
}

export interface OrganizationDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly settings: SettingsService
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of a change. */
  readonly changed: () => void
}

/** How long a change may take to hold in another process. */
const freshMs = 5_000
/** There is one organization. */
const subject = { subjectKind: 'settings', subjectId: 'organization', subject: 'Organization' } as const

export function createOrganizationService(dependencies: OrganizationDependencies): OrganizationService {
  const { database, clock, settings, journal, changed } = dependencies
  let known: { readonly state: OrganizationState; readonly untilMs: number } | undefined

  const load = async (): Promise<OrganizationState> =>
    organizationState({
      settings: await settings.find(organizationSetting),
      passwordPolicy: await settings.find(passwordPolicySetting),
    })
  const hold = async (transaction: Queryable): Promise<OrganizationState> =>
    organizationState({
      settings: await settings.findHeld(transaction, organizationSetting),
      passwordPolicy: await settings.findHeld(transaction, passwordPolicySetting),
    })
  const recent = async (): Promise<OrganizationState> => {
    const nowMs = clock.now().getTime()
    if (known === undefined || nowMs >= known.untilMs) known = { state: await load(), untilMs: nowMs + freshMs }
    return known.state
  }
  return {
    async read(actor) {
      requirePermission(actor, 'settings.read')
      return load()
    },
    recent,
    async change(origin, input) {
      requirePermission(origin.actor, 'settings.write')
      const after = await database.transaction(async (transaction) => {
        const before = await hold(transaction)
        const next = changedState(before, input, clock.now())
        const changes = organizationChanges(before, next)
        if (Object.keys(changes).length === 0) return next
        await settings.save(transaction, organizationSetting, next.settings)
        // Untouched, the policy goes on following the hub's own defaults.
        if (next.passwordPolicy !== before.passwordPolicy)
          await settings.save(transaction, passwordPolicySetting, next.passwordPolicy)
        await journal.record(transaction, origin, [{ action: 'settings.update', ...subject, changes }])
        transaction.afterCommit(changed)
        return next
      })
      known = undefined
      return after
    },
    requiresSecondFactor: async () => (await load()).settings['requireAdminMFA'] === true,
    defaultState: async (source) => defaultStateOf(await recent(), source),
  }
}
