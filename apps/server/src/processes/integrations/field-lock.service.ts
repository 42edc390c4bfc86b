// Read-only fields follow an integration's settings: after a change of them, or when the integration goes, every user it owns is looked at.
import { systemActor } from '../../directory/access/access.rules.ts'
import { withFieldLocks } from '../../directory/integrations/field-lock.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'

export interface FieldLockOptions {
  readonly users: Pick<UserService, 'findMany' | 'change'>
  readonly userSearch: Pick<UserSearchService, 'listOwned'>
  readonly integrations: Pick<IntegrationService, 'fieldLocks' | 'endFieldLock'>
}

const usersPerRead = 500
const changedAtOnce = 8

const origin: ChangeOrigin = {
  actor: systemActor('integrations'),
  cause: { kind: 'rule', text: 'The read-only fields of an integration changed' },
}

/** Writes the read-only fields that are still to be written. */
export async function settleFieldLocks(options: FieldLockOptions, signal: AbortSignal): Promise<void> {
  const { userSearch, integrations } = options
  for (const lock of await integrations.fieldLocks()) {
    const { integrationId, fields } = lock
    for (let afterId = ''; ;) {
      signal.throwIfAborted()
      const owned = await userSearch.listOwned({ integrationId, afterId, limit: usersPerRead })
      for (let start = 0; start < owned.length; start += changedAtOnce)
        await Promise.all(
          owned.slice(start, start + changedAtOnce).map((user) => settleOne(options, user, { integrationId, fields })),
        )
      const last = owned.at(-1)
      if (last === undefined || owned.length < usersPerRead) break
      afterId = last.id
    }
    await integrations.endFieldLock(lock)
  }
}

async function settleOne(
  { users }: FieldLockOptions,
  user: User,
  { integrationId, fields }: { readonly integrationId: string; readonly fields: readonly string[] },
): Promise<void> {
  const rows = withFieldLocks(user.attributes, integrationId, fields)
  // Whoever is deleted meanwhile has no fields; whoever changes meanwhile is changed by what they are then.
  if (rows === undefined || (await users.findMany([user.id])).length === 0) return
  await users.change(origin, user.id, { input: {}, set: { restrictedFields: rows } })
}
