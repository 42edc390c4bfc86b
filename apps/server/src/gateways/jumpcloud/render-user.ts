import type { User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { project } from './list-query.ts'

type UserText = Awaited<ReturnType<UserService['get']>>

/** How users are shown. */
export interface UserRendering {
  readonly organizationId: string
  /** Only these fields, and the ids; undefined: all. */
  readonly fields?: readonly string[] | undefined
  /** The groups of users, by user, where they are shown. */
  readonly groups?: ReadonlyMap<string, readonly string[]>
}

/** A user as v1 answers it, as JSON text. Without a choice of fields, stored text goes out without being parsed. */
export function renderUser(user: User | UserText, { organizationId, fields, groups }: UserRendering): string {
  const typed = typedFields(user, organizationId)
  if (groups !== undefined) typed['memberof'] = groups.get(user.id) ?? []
  if (fields !== undefined) return JSON.stringify(project({ ...typed, ...storedFieldsOf(user) }, fields))
  const head = JSON.stringify(typed)
  const stored = 'attributesText' in user ? withoutBlanks(user.attributesText) : JSON.stringify(user.attributes)
  return stored === '{}' ? head : `${head.slice(0, -1)},${stored.slice(1)}`
}

/** A list of users. The order of the keys is relied on: scripts cut the number out by what stands around it. */
export function renderUserList(users: readonly UserText[], total: number, rendering: UserRendering): string {
  return `{"totalCount":${total},"results":[${users.map((user) => renderUser(user, rendering)).join(',')}]}`
}

function typedFields(user: User | UserText, organizationId: string): Record<string, unknown> {
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

function storedFieldsOf(user: User | UserText): Readonly<Record<string, unknown>> {
  return 'attributesText' in user ? (JSON.parse(user.attributesText) as Record<string, unknown>) : user.attributes
}

/**
 * Takes out the blanks that PostgreSQL puts around the names of members, because clients' scripts cut values out with patterns for
 * compact JSON. A quote followed by word characters and another quote cannot stand inside a string, where quotes are escaped, nor
 * begin at the end of one; so no value is touched. Blanks between the elements of a list of texts stay.
 */
function withoutBlanks(text: string): string {
  return text.replaceAll(/, (\{?"\w+": )/g, ',$1').replaceAll(/("\w+"): /g, '$1:')
}
