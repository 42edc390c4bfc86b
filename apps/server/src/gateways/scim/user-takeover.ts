// A user who exists already and whom a client makes: by the integration's rule it is recognised and becomes the integration's.
import type { Json } from '@lockstep/kernel/json'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import { externalIdKey, readFurther } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { Caller } from './scim-request.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

export interface TakeoverOptions {
  readonly userSearch: Pick<UserSearchService, 'findNamed'>
  readonly integrations: Pick<IntegrationService, 'find' | 'ids'>
}

/** What a user is recognised by. */
interface Recognised {
  readonly username: string
  readonly email: string
  readonly externalId: Json | undefined
}

/** The one user whom the integration may take over for these names. Refuses with `uniqueness` when several fit. */
export async function findTakeover(
  options: TakeoverOptions,
  { integration }: Caller,
  { username, email, externalId }: Recognised,
): Promise<User | undefined> {
  const by = new Set(integration.takeoverBy)
  if (by.size === 0) return undefined
  const outside = by.has('externalId') && typeof externalId === 'string' ? externalId : undefined
  const integrationIds = outside === undefined ? [] : await options.integrations.ids()
  const found = await options.userSearch.findNamed({
    usernames: by.has('userName') ? [username] : [],
    emails: by.has('email') ? [email] : [],
    keys: integrationIds.map((id) => externalIdKey(id, outside ?? '')),
  })
  const free: User[] = []
  for (const user of found) if (await mayTake(options, integration, user)) free.push(user)
  if (free.length > 1) {
    const names = free.map((user) => quoted(user.username)).join(' and ')
    throw new ScimRefusal('uniqueness', `Several users could be meant: ${names}. Decide between them in the hub.`, 409)
  }
  return free[0]
}

async function mayTake(
  { integrations }: TakeoverOptions,
  integration: Caller['integration'],
  user: User,
): Promise<boolean> {
  const { madeBy, removedBy } = readFurther(user.further)
  if (removedBy !== undefined || madeBy === integration.id) return false
  if (integration.takeoverOf === 'everybody') return true
  return user.homeDirectoryId === null && (madeBy === undefined || (await integrations.find(madeBy)) === undefined)
}
