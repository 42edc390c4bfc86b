import type { Actor } from '@lockstep/contract/access'
import type { UserDetail } from '@lockstep/contract/hub/user'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { renderUserDetail } from './render-user.ts'

export interface UserDetailSources {
  readonly users: UserService
  readonly groups: GroupService
  readonly bindings: BindingService
}

/** A user with groups, and with accounts for those who may see directories; refuses with `not_found`. */
export async function readUserDetail(sources: UserDetailSources, actor: Actor, id: string): Promise<UserDetail> {
  const { users, groups, bindings } = sources
  const user = await users.get(actor, id)
  const seesDirectories = actor.permissions.has('directories.read')
  const [accounts, explicit, directories, memberships, managers] = await Promise.all([
    seesDirectories ? bindings.accountsOfUser(actor, user.id) : [],
    seesDirectories ? bindings.bindingsOf(user.id) : [],
    seesDirectories ? bindings.directories(actor) : [],
    groups.groupsOfUser(actor, user.id),
    users.findMany(user.manager === null ? [] : [user.manager]),
  ])
  return renderUserDetail(user, {
    accounts,
    boundDirectoryIds: new Set(explicit.map(({ directoryId }) => directoryId)),
    directoryNames: new Map(directories.map((directory) => [directory.id, directory.name])),
    groups: memberships,
    manager: managers[0],
  })
}
