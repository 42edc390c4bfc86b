import type { ContainerPreview, ContainerPreviewRequest } from '@lockstep/contract/hub/directory-container'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import { accountPlaces } from '../../directory/bindings/account-import.service.ts'
import { listGroupIdsOf } from '../../directory/groups/group-import.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { noDirectory } from './change-domain.ts'
import { containerOf, parentOf, ruledGroupIds } from './container.rules.ts'
import { findMisplaced } from './domain-places.ts'
import type { Domain } from './domain.rules.ts'
import { changedDomain } from './domain-settings.rules.ts'
import * as store from './domain.store.ts'
import { samAccountName } from './work.rules.ts'

/** Where the accounts of users belong. */
export interface ContainerService {
  /** Who would go where; nothing is changed. */
  preview(actor: ChangeOrigin['actor'], id: string, input: ContainerPreviewRequest): Promise<ContainerPreview>
  /** Lets the accounts of users whose groups changed follow, where containers depend on groups. */
  followGroups(userIds: readonly string[]): Promise<void>
}

const usersPerQuery = 500
/** Users whom a preview looks at. */
const previewedUsers = 20_000
const shownUsers = 10

export function createContainerService({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): ContainerService {
  return {
    async preview(actor, id, input) {
      requirePermission(actor, 'directories.read')
      requirePermission(actor, 'users.read')
      const before = await store.find(database, parseId(id) ?? '')
      if (before === undefined) throw noDirectory()
      const domain = changedDomain(before, input, clock.now())
      const refusal = (await findMisplaced(database, domain, ['containerRules']))?.detail
      return { ...(await previewPlaces(database, domain)), ...(refusal === undefined ? {} : { refusal }) }
    },
    async followGroups(userIds) {
      if (userIds.length === 0) return
      for (const { id, movesAccounts, containerRules } of await store.list(database))
        if (movesAccounts && ruledGroupIds(containerRules).length > 0)
          await accountPlaces.raiseOwn(database, { directoryId: id, userIds })
    },
  }
}

type Place = {
  -readonly [Key in keyof ContainerPreview['containers'][number]]: ContainerPreview['containers'][number][Key]
}

async function previewPlaces(db: Queryable, domain: Domain): Promise<Omit<ContainerPreview, 'refusal'>> {
  const places: Place[] = [
    ...domain.containerRules.map(({ containerDn }, rule) => ({ ...emptyPlace(containerDn), rule })),
    emptyPlace(domain.userContainerDn),
  ]
  const accounts = await accountPlaces.listOwn(db, domain.id, previewedUsers + 1)
  const groupIds = ruledGroupIds(domain.containerRules)
  let cutNames = 0
  for (let start = 0; start < Math.min(accounts.length, previewedUsers); start += usersPerQuery) {
    const some = accounts.slice(start, Math.min(start + usersPerQuery, previewedUsers))
    const userIds = some.map(({ userId }) => userId)
    const users = new Map((await findUsersById(db, userIds)).map((user) => [user.id as string, user]))
    const groupsOf = await listGroupIdsOf(db, { groupIds, userIds })
    for (const { userId, externalId, externalName } of some) {
      const user = users.get(userId)
      if (user === undefined) continue
      const { containerDn, rule } = containerOf(domain, user, groupsOf.get(userId) ?? new Set())
      const place = places[rule ?? places.length - 1]
      if (place === undefined) continue
      place.users += 1
      if (externalId === null) place.new += 1
      else if (domain.movesAccounts && externalName !== null && !isSame(parentOf(externalName), containerDn))
        place.moved += 1
      if (place.first.length < shownUsers) place.first.push(personOf(user, domain))
      if (samAccountName(user.username) !== user.username) cutNames += 1
    }
  }
  return { containers: places, cutNames, incomplete: accounts.length > previewedUsers }
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

function emptyPlace(containerDn: string): Place {
  return { containerDn, users: 0, new: 0, moved: 0, first: [] }
}

function personOf({ id, username }: User, { upnSuffix }: Domain): Place['first'][number] {
  return {
    userId: id,
    username,
    samAccountName: samAccountName(username),
    userPrincipalName: `${username}@${upnSuffix}`,
  }
}
