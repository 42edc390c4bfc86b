// The fields of users that rules of dynamic groups may name.
import type { RuleField, RuleVocabulary } from './member-query.rules.ts'

const texts = [
  'company',
  'costCenter',
  'description',
  'department',
  'employeeType',
  'jobTitle',
  'location',
  'username',
  'email',
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'employeeIdentifier',
  'alternateEmail',
  'managedAppleId',
  'manager',
  'external_source_type',
  'external_dn',
] as const
const switches = ['activated', 'account_locked', 'totp_enabled', 'password_never_expires', 'ldap_binding_user', 'sudo']

const states = {
  active: 'ACTIVATED',
  activated: 'ACTIVATED',
  staged: 'STAGED',
  suspended: 'SUSPENDED',
}

const fields: readonly RuleField[] = [
  ...texts.map((name) => ({ name, type: 'text' }) as const),
  ...switches.map((name) => ({ name, type: 'boolean' }) as const),
  { name: 'userState', type: 'text', words: states },
  { name: 'created', type: 'timestamp' },
]

/** The second language spells names in small letters with underscores, some of them with "user" before. */
const spelling = (name: string): string => name.toLowerCase().replaceAll('_', '')
const bySpelling = new Map([
  ...fields.map((field) => [spelling(field.name), field] as const),
  ...(
    [
      ['state', 'userState'],
      ['title', 'jobTitle'],
      ['managerid', 'manager'],
      ['employeeid', 'employeeIdentifier'],
    ] as const
  ).flatMap(([alias, name]) => fields.filter((field) => field.name === name).map((field) => [alias, field] as const)),
])

const customName = /^(?:attributes|customattributes|custom_attributes)\.([A-Za-z0-9]{1,64})$/i

/** Fields of users. Custom attributes are `attributes.NAME`. */
export const userVocabulary: RuleVocabulary = {
  known: [...fields.map(({ name }) => name), 'attributes.NAME'],
  fieldOf(given) {
    const name = given.trim().replace(/^(?:user|systemuser)\./i, '')
    const custom = customName.exec(name)
    if (custom !== null) return { name: `attributes.${custom[1] ?? ''}`, type: 'text' }
    return bySpelling.get(spelling(name)) ?? bySpelling.get(spelling(name).replace(/^user/, ''))
  },
}
