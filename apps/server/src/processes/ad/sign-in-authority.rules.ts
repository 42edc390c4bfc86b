// Who says whether a password is right, what the hub keeps of it, and what is shown: the table of docs/sign-in.md, decided by a user's
// Delegated Authority, their Password Authority, and whether an import agent runs on a domain controller. Pure.
import type { AgentPlace } from '@lockstep/contract/agents/sign-in-check'
import { isJsonObject } from '@lockstep/kernel/json'
import type { User } from '../../directory/users/user.rules.ts'
import { restrictedFieldsOf } from '../../directory/users/user-rows.rules.ts'

/** What the table is entered with. */
export interface SignInFacts {
  /** Delegated Authority. */
  readonly delegated: 'directory' | 'none'
  /** Password Authority. */
  readonly password: 'directory' | 'hub'
  /** A domain with no import agent counts as one whose agents run on member servers: nothing reaches the hub by itself. */
  readonly place: AgentPlace
}

/** How a hash of the password comes to the hub: kept from a sign-in that the domain validated, captured when it is set there, or set here. */
export type StoredFrom = 'sign_in' | 'capture' | 'here'

/** One cell of the table. */
export interface SignInAuthority {
  /** `nobody`: whatever is typed, nobody can say that it is right. */
  readonly validator: 'hub' | 'directory' | 'nobody'
  readonly storedFrom: readonly StoredFrom[]
  /** Where the password may be changed; the link of an expiry notice opens the hub to those of `directory` too. */
  readonly changedIn: 'directory' | 'hub' | 'either'
  /** `own`: what the hub's own password status is (pending, active, expired); `delegated` is shown as "Managed by AD". */
  readonly status: 'delegated' | 'own' | 'unreachable'
}

type Key = `${SignInFacts['delegated']}/${SignInFacts['password']}/${AgentPlace}`

const delegated = { validator: 'directory', status: 'delegated' } as const
const own = { validator: 'hub', status: 'own' } as const

const table: Readonly<Record<Key, SignInAuthority>> = {
  'directory/directory/domain_controller': {
    ...delegated,
    storedFrom: ['sign_in', 'capture'],
    changedIn: 'directory',
  },
  'directory/directory/member_server': { ...delegated, storedFrom: [], changedIn: 'directory' },
  'directory/hub/domain_controller': { ...delegated, storedFrom: ['sign_in', 'capture', 'here'], changedIn: 'either' },
  'directory/hub/member_server': { ...delegated, storedFrom: ['here'], changedIn: 'either' },
  'none/directory/domain_controller': { ...own, storedFrom: ['capture'], changedIn: 'directory' },
  'none/directory/member_server': {
    validator: 'nobody',
    status: 'unreachable',
    storedFrom: [],
    changedIn: 'directory',
  },
  'none/hub/domain_controller': { ...own, storedFrom: ['capture', 'here'], changedIn: 'either' },
  'none/hub/member_server': { ...own, storedFrom: ['here'], changedIn: 'hub' },
}

/** The cell of the table. */
export function signInAuthority({ delegated: by, password, place }: SignInFacts): SignInAuthority {
  return table[`${by}/${password}/${place}`]
}

/** The directories that have a say in a user's sign-in; null: none. */
export function authorityDirectories(user: Pick<User, 'attributes'>): {
  readonly delegatedTo: string | null
  readonly passwordOf: string | null
} {
  const { delegatedAuthority } = user.attributes
  const id = isJsonObject(delegatedAuthority) ? delegatedAuthority['id'] : undefined
  const row = restrictedFieldsOf(user.attributes).find(
    ({ field, type }) => field === 'password' && type === 'active_directory',
  )
  return { delegatedTo: typeof id === 'string' ? id : null, passwordOf: row?.id ?? null }
}

/** What the table is entered with for a user; `controllerDomains` are the domains with an import agent on a domain controller. */
export function signInFacts(user: Pick<User, 'attributes'>, controllerDomains: ReadonlySet<string>): SignInFacts {
  const { delegatedTo, passwordOf } = authorityDirectories(user)
  const directoryId = delegatedTo ?? passwordOf
  return {
    delegated: delegatedTo === null ? 'none' : 'directory',
    password: passwordOf === null ? 'hub' : 'directory',
    place: directoryId !== null && controllerDomains.has(directoryId) ? 'domain_controller' : 'member_server',
  }
}
