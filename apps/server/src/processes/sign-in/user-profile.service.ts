// What users see and change of themselves, and the directories in which they have an account.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { AccountPassword } from '@lockstep/contract/hub/user'
import type { DirectoryPasswordState, MyDirectory } from '@lockstep/contract/portal/directory'
import type { Profile, ProfileField, ProfileUpdate } from '@lockstep/contract/portal/profile'
import { isJsonObject, type Json } from '@lockstep/kernel/json'
import { systemActor } from '../../directory/access/access.rules.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import type { UserSignInSource } from '../../directory/user-sessions/user-session.service.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import { restrictedFields, type User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { PasswordDeliveries } from '../ad/password-delivery.service.ts'
import type { AuthorityNames } from './authority-names.ts'
import { ownChange } from './user-origin.ts'

export interface UserProfileService {
  read(actor: Actor): Promise<Profile>
  /** Refuses with `forbidden` where the organization does not let people change fields, and with `field_managed_elsewhere`. */
  change(actor: Actor, input: ProfileUpdate, source: UserSignInSource): Promise<Profile>
  directories(actor: Actor): Promise<readonly MyDirectory[]>
}

export interface UserProfileOptions {
  readonly users: Pick<UserService, 'findMany' | 'change'>
  readonly organization: Pick<OrganizationService, 'recent'>
  readonly bindings: Pick<BindingService, 'directories' | 'accountsOfUser' | 'bindingsOf'>
  readonly authorityNames: AuthorityNames
  readonly passwordDeliveries: Pick<PasswordDeliveries, 'accountPasswords'>
}

const reader = systemActor('sign-in')
/** The fields that people may change of themselves, by their stored names. */
const changeable = { displayName: 'displayname', phoneNumbers: 'phoneNumbers', addresses: 'addresses' } as const
type Changeable = keyof typeof changeable

export function createUserProfileService(options: UserProfileOptions): UserProfileService {
  return {
    read: async (actor) => profileOf(options, await ownUser(options, actor)),
    async change(actor, input, source) {
      const user = await ownUser(options, actor)
      if (!(await mayEdit(options)))
        throw new AppError('forbidden', { detail: 'Your organization keeps these fields for you. Ask your help desk.' })
      const named = Object.entries(input).filter(([, value]) => value !== undefined)
      const fields = Object.fromEntries(named.map(([name, value]) => [changeable[name as Changeable], value as Json]))
      const changed = await options.users.change(
        ownChange(user, { ...source, text: 'Changed in the portal' }),
        user.id,
        {
          input: fields,
        },
      )
      return profileOf(options, changed)
    },
    directories: async (actor) => directoriesOf(options, await ownUser(options, actor)),
  }
}

async function ownUser({ users }: UserProfileOptions, actor: Actor): Promise<User> {
  const [user] = await users.findMany([actor.id])
  if (user === undefined) throw new AppError('unauthenticated')
  return user
}

async function mayEdit({ organization }: UserProfileOptions): Promise<boolean> {
  return (await organization.recent()).settings['systemUsersCanEdit'] === true
}

async function profileOf(options: UserProfileOptions, user: User): Promise<Profile> {
  const { attributes } = user
  const text = (name: string): string => (typeof attributes[name] === 'string' ? attributes[name] : '')
  const [manager] = await options.users.findMany(user.manager === null ? [] : [user.manager])
  return {
    ...{ id: user.id, username: user.username, email: user.email, displayName: user.displayname },
    ...{ firstName: text('firstname'), lastName: text('lastname'), jobTitle: text('jobTitle') },
    ...{ department: text('department'), company: text('company'), location: text('location') },
    ...(manager === undefined ? {} : { manager: { name: nameOfUser(manager) } }),
    phoneNumbers: rowsOf(attributes['phoneNumbers'], ['type', 'number']) as Profile['phoneNumbers'],
    addresses: rowsOf(attributes['addresses'], addressParts) as Profile['addresses'],
    fields: await fieldsOf(options, user),
  }
}

const addressParts = [
  ...['type', 'streetAddress', 'extendedAddress', 'locality', 'region'],
  ...['postalCode', 'poBox', 'country'],
]

/** Rows with the named texts alone; what else a client stored in them is nobody's business here. */
function rowsOf(value: Json | undefined, parts: readonly string[]): readonly Record<string, string>[] {
  if (!Array.isArray(value)) return []
  return value.filter(isJsonObject).map((row) => ({
    ...{ type: '', ...(parts.includes('number') ? { number: '' } : {}) },
    ...Object.fromEntries(
      parts.filter((part) => typeof row[part] === 'string').map((part) => [part, row[part] as string]),
    ),
  }))
}

const shown = [
  ...['username', 'email', 'displayname', 'firstname', 'lastname', 'jobTitle', 'department', 'company'],
  ...['location', 'manager', 'phoneNumbers', 'addresses'],
]
const wireNames: Readonly<Record<string, string>> = {
  displayname: 'displayName',
  firstname: 'firstName',
  lastname: 'lastName',
}

async function fieldsOf(options: UserProfileOptions, user: User): Promise<ProfileField[]> {
  const isAllowed = await mayEdit(options)
  const restricted = new Map(restrictedFields(user).map((row) => [row.field, row]))
  return Promise.all(
    shown.map(async (field) => {
      const authority = restricted.get(field)
      const isOwn = (Object.values(changeable) as string[]).includes(field)
      return {
        name: wireNames[field] ?? field,
        mayChange: isAllowed && isOwn && authority === undefined,
        ...(authority === undefined ? {} : { managedBy: await options.authorityNames.of(authority) }),
      }
    }),
  )
}

async function directoriesOf(options: UserProfileOptions, user: User): Promise<readonly MyDirectory[]> {
  const { bindings } = options
  const [all, accounts, bound] = await Promise.all([
    bindings.directories(reader),
    bindings.accountsOfUser(reader, user.id),
    bindings.bindingsOf(user.id),
  ])
  const byDirectory = new Map(accounts.map((account) => [account.directoryId, account]))
  const ids = new Set([
    ...bound.map(({ directoryId }) => directoryId),
    ...accounts.filter(({ wanted, madeBy }) => wanted || madeBy === 'directory').map(({ directoryId }) => directoryId),
  ])
  const passwords = await options.passwordDeliveries.accountPasswords(reader, user, accounts)
  return all
    .filter(({ id }) => ids.has(id))
    .map(({ id, name }) => {
      const account = byDirectory.get(id)
      const accountName = account === undefined ? '' : accountNameOf(account)
      const password = account === undefined ? undefined : passwords.get(account.id)
      return {
        ...{ id, name, state: stateOf(account), password: passwordIn(password) },
        ...(accountName === '' ? {} : { accountName }),
      }
    })
}

const passwordStates: Readonly<Record<AccountPassword['state'], DirectoryPasswordState>> = {
  none: 'unknown',
  managed_there: 'managed-there',
  in_step: 'in-step',
  waits_for_delivery: 'on-its-way',
  waits_for_sign_in: 'at-next-sign-in',
  refused: 'refused',
}

function passwordIn(known: AccountPassword | undefined): MyDirectory['password'] {
  if (known === undefined) return { state: 'at-next-sign-in' }
  const state = passwordStates[known.state]
  return { state, ...(state === 'refused' && known.error ? { text: known.error.message } : {}) }
}

/** The logon name on which hub and directory agreed last. */
function accountNameOf({ agreed }: Account): string {
  const name = agreed['sAMAccountName'] ?? agreed['username']
  return typeof name === 'string' ? name : ''
}

function stateOf(account: Account | undefined): MyDirectory['state'] {
  if (account === undefined) return 'waiting'
  if (account.error !== null) return 'failed'
  if (account.externalId === null || account.appliedRevision < account.desiredRevision) return 'waiting'
  return account.enabled === false ? 'disabled' : 'active'
}
