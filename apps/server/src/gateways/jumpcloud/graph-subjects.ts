// The objects of the graph by the addresses under which they stand.
import type { Actor, Permission } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { AssociationService } from '../../directory/inventory/association.service.ts'
import type { GraphService } from '../../directory/inventory/graph.service.ts'
import type { RecordService } from '../../directory/inventory/record.service.ts'
import type { SystemGroupService } from '../../directory/inventory/system-group.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { requireObjectId } from './object-id.ts'

export interface GraphOptions {
  readonly users: UserService
  readonly groups: GroupService
  readonly bindings: BindingService
  readonly systems: RecordService
  readonly systemGroups: SystemGroupService
  readonly applications: RecordService
  readonly associations: AssociationService
  readonly graph: GraphService
}

/** What may stand at the beginning of a walk. */
export type SubjectType = 'user' | 'user_group' | 'system' | 'system_group' | 'application'

/** One kind of object with its addresses. */
export interface GraphSubject {
  readonly type: SubjectType
  readonly path: string
  readonly name: string
  readonly idField: string
  readonly reading: Permission
  readonly writing: Permission
  /** What JumpCloud lets it be associated with. */
  readonly targets: readonly string[]
}

const ofSubjects = [
  'active_directory',
  'application',
  'g_suite',
  'idp_routing_policy',
  'ldap_server',
  'office_365',
  'password_manager_item',
  'policy',
  'policy_group',
  'radius_server',
  'system',
  'system_group',
]
const ofSystems = ['command', 'policy', 'policy_group', 'user', 'user_group']

export const graphSubjects: readonly GraphSubject[] = [
  {
    type: 'user',
    path: '/api/v2/users/:id',
    name: 'user',
    idField: 'user_id',
    reading: 'users.read',
    writing: 'directories.write',
    targets: ofSubjects,
  },
  {
    type: 'user_group',
    path: '/api/v2/usergroups/:id',
    name: 'user group',
    idField: 'group_id',
    reading: 'groups.read',
    writing: 'directories.write',
    targets: ofSubjects,
  },
  {
    type: 'system',
    path: '/api/v2/systems/:id',
    name: 'system',
    idField: 'system_id',
    reading: 'inventory.read',
    writing: 'inventory.write',
    targets: ofSystems,
  },
  {
    type: 'system_group',
    path: '/api/v2/systemgroups/:id',
    name: 'system group',
    idField: 'group_id',
    reading: 'groups.read',
    writing: 'inventory.write',
    targets: [...ofSystems, 'radius_server'],
  },
  {
    type: 'application',
    path: '/api/v2/applications/:id',
    name: 'application',
    idField: 'application_id',
    reading: 'inventory.read',
    writing: 'inventory.write',
    targets: ['user', 'user_group'],
  },
]

/** The id of an object that exists; else `not_found`. */
export async function requireSubject(
  options: GraphOptions,
  subject: GraphSubject,
  { actor, text }: { readonly actor: Actor; readonly text: string },
): Promise<string> {
  const id = requireObjectId(text, subject.idField)
  if (subject.type === 'user') {
    if ((await options.users.findMany([id])).length === 0) throw new AppError('not_found', { field: subject.idField })
  } else if (subject.type === 'user_group') await options.groups.get(actor, id)
  else if (subject.type === 'system') await options.systems.get(actor, id)
  else if (subject.type === 'system_group') await options.systemGroups.get(actor, id)
  else await options.applications.get(actor, id)
  return id
}
