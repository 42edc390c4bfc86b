import type { Actor } from '@lockstep/contract/access'
import type { UserDetail } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { PasswordDeliveries } from '../../processes/ad/password-delivery.service.ts'
import type { DomainService } from '../../processes/ad/domain.service.ts'
import { ownerOf, type Owners } from './integration-owner.ts'
import { renderUserDetail } from './render-user.ts'

export interface UserDetailSources {
  readonly users: UserService
  readonly groups: GroupService
  readonly bindings: BindingService
  readonly clock: Clock
  readonly integrations: Owners
  readonly domains: Pick<DomainService, 'signInOf'>
  readonly passwordDeliveries: Pick<PasswordDeliveries, 'accountPasswords'>
}

/** A user with groups, and with accounts for those who may see directories; refuses with `not_found`. */
export async function readUserDetail(sources: UserDetailSources, actor: Actor, id: string): Promise<UserDetail> {
  const { users, groups, bindings, integrations, domains, passwordDeliveries } = sources
  const user = await users.get(actor, id)
  const seesDirectories = actor.permissions.has('directories.read')
  const [owner, accounts, explicit, directories, memberships, managers] = await Promise.all([
    ownerOf(integrations, actor, user),
    seesDirectories ? bindings.accountsOfUser(actor, user.id) : [],
    seesDirectories ? bindings.bindingsOf(user.id) : [],
    seesDirectories ? bindings.directories(actor) : [],
    groups.groupsOfUser(actor, user.id),
    users.findMany(user.manager === null ? [] : [user.manager]),
  ])
  return renderUserDetail(user, {
    owner,
    accounts,
    now: sources.clock.now(),
    passwords: await passwordDeliveries.accountPasswords(actor, user, accounts),
    boundDirectoryIds: new Set(explicit.map(({ directoryId }) => directoryId)),
    directoryNames: new Map(directories.map((directory) => [directory.id, directory.name])),
    groups: memberships,
    manager: managers[0],
    signIn: await domains.signInOf(actor, user),
  })
}
