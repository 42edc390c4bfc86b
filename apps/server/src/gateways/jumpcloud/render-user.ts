import type { User } from '../../directory/users/user.rules.ts'
import { project } from './list-query.ts'

/** How users are shown. */
export interface UserRendering {
  readonly organizationId: string
  /** Only these fields, and the ids; undefined: all. */
  readonly fields?: readonly string[] | undefined
  /** The groups of users, by user, where they are shown. */
  readonly groups?: ReadonlyMap<string, readonly string[]>
}

/** A user as v1 answers it, as JSON text. */
export function renderUser(user: User, { organizationId, fields, groups }: UserRendering): string {
  const typed = typedFields(user, organizationId)
  if (groups !== undefined) typed['memberof'] = groups.get(user.id) ?? []
  // As undefined it is not written; taking it out would cost every user of every list.
  const whole = { ...typed, ...user.attributes, external_locked_until: undefined }
  return JSON.stringify(fields === undefined ? whole : project(whole, fields))
}

/** A list of users. The order of the keys is relied on: scripts cut the number out by what stands around it. */
export function renderUserList(users: readonly User[], total: number, rendering: UserRendering): string {
  return `{"totalCount":${total},"results":[${users.map((user) => renderUser(user, rendering)).join(',')}]}`
}

function typedFields(user: User, organizationId: string): Record<string, unknown> {
  return {
    _id: user.id,
    id: user.id,
    username: user.username,
    email: user.email,
    displayname: user.displayname,
    employeeIdentifier: user.employeeIdentifier,
    state: user.state,
    suspended: user.state === 'SUSPENDED',
    activated: user.activated,
    account_locked: user.accountLocked,
    manager: user.manager,
    unix_uid: user.unixUid,
    unix_guid: user.unixGid,
    organization: organizationId,
    // Administrators have accounts of their own here, tied to no user.
    admin: null,
    created: user.created.toISOString(),
  }
}
