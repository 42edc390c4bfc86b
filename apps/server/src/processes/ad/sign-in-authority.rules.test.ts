import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Json } from '@lockstep/kernel/json'
import { signInAuthority, type SignInAuthority, signInFacts, type SignInFacts } from './sign-in-authority.rules.ts'

const cells = (['directory', 'none'] as const).flatMap((delegated) =>
  (['directory', 'hub'] as const).flatMap((password) =>
    (['domain_controller', 'member_server'] as const).map((place): SignInFacts => ({ delegated, password, place })),
  ),
)

function name({ delegated, password, place }: SignInFacts): string {
  return `${delegated} ${password} ${place}`
}

const columns = (pick: (authority: SignInAuthority) => unknown): Record<string, unknown> =>
  Object.fromEntries(cells.map((facts) => [name(facts), pick(signInAuthority(facts))]))

test('whoever is delegated is validated by the domain and by nobody else, whatever the hub has', () => {
  assert.deepEqual(
    columns(({ validator }) => validator),
    {
      'directory directory domain_controller': 'directory',
      'directory directory member_server': 'directory',
      'directory hub domain_controller': 'directory',
      'directory hub member_server': 'directory',
      'none directory domain_controller': 'hub',
      'none directory member_server': 'nobody',
      'none hub domain_controller': 'hub',
      'none hub member_server': 'hub',
    },
  )
})

test('passwords of the domain are kept only with an agent on a domain controller', () => {
  assert.deepEqual(
    columns(({ storedFrom }) => storedFrom.join(' ')),
    {
      'directory directory domain_controller': 'sign_in capture',
      'directory directory member_server': '',
      'directory hub domain_controller': 'sign_in capture here',
      'directory hub member_server': 'here',
      'none directory domain_controller': 'capture',
      'none directory member_server': '',
      'none hub domain_controller': 'capture here',
      'none hub member_server': 'here',
    },
  )
})

test('where Password Authority is Active Directory the password is changed there alone', () => {
  assert.deepEqual(
    columns(({ changedIn }) => changedIn),
    {
      'directory directory domain_controller': 'directory',
      'directory directory member_server': 'directory',
      'directory hub domain_controller': 'either',
      'directory hub member_server': 'either',
      'none directory domain_controller': 'directory',
      'none directory member_server': 'directory',
      'none hub domain_controller': 'either',
      'none hub member_server': 'hub',
    },
  )
})

test('delegated users are shown as managed by AD, others by what the hub has, and whom nobody validates as that', () => {
  assert.deepEqual(
    columns(({ status }) => status),
    {
      'directory directory domain_controller': 'delegated',
      'directory directory member_server': 'delegated',
      'directory hub domain_controller': 'delegated',
      'directory hub member_server': 'delegated',
      'none directory domain_controller': 'own',
      'none directory member_server': 'unreachable',
      'none hub domain_controller': 'own',
      'none hub member_server': 'own',
    },
  )
})

test('the manual has the table as it is decided', () => {
  const manual = readFileSync(new URL('../../../../../docs/sign-in.md', import.meta.url), 'utf8')
  const rows = manual.split('\n').flatMap((line) => {
    const [, delegated, password, place, validator] = line.split('|').map((cell) => cell.trim())
    return ['Active Directory', 'None'].includes(delegated ?? '') ? [[delegated, password, place, validator]] : []
  })
  const words = {
    delegated: { directory: 'Active Directory', none: 'None' },
    password: { directory: 'Active Directory', hub: 'None (the hub)' },
    place: { domain_controller: 'domain controller', member_server: 'member server' },
    validator: { directory: 'the domain', hub: 'the hub', nobody: '**nobody**' },
  } as const
  assert.deepEqual(
    rows,
    cells.map((facts) => [
      words.delegated[facts.delegated],
      words.password[facts.password],
      words.place[facts.place],
      words.validator[signInAuthority(facts).validator],
    ]),
  )
})

const ad = '5f0000000000000000000001'

function factsOf(attributes: Record<string, Json>, controllers: readonly string[] = []): string {
  return name(signInFacts({ attributes }, new Set(controllers)))
}

test('a user’s authorities are read from the record, and the place from the domain that has a say', () => {
  const row = (field: string, type: string) => ({ field, type, id: ad })
  const delegatedAuthority = { id: ad, name: 'ActiveDirectory' }
  assert.equal(factsOf({}), 'none hub member_server')
  assert.equal(factsOf({ delegatedAuthority: null, restrictedFields: [] }, [ad]), 'none hub member_server')
  assert.equal(factsOf({ delegatedAuthority }), 'directory hub member_server')
  assert.equal(factsOf({ delegatedAuthority }, [ad]), 'directory hub domain_controller')
  const owned = { restrictedFields: [row('email', 'active_directory'), row('password', 'active_directory')] }
  assert.equal(factsOf(owned, [ad]), 'none directory domain_controller')
  assert.equal(factsOf(owned, ['5f0000000000000000000002']), 'none directory member_server')
  assert.equal(factsOf({ ...owned, delegatedAuthority }), 'directory directory member_server')
  // Who provisions by SCIM has no domain to ask.
  assert.equal(factsOf({ restrictedFields: [row('password', 'scim')] }), 'none hub member_server')
})
