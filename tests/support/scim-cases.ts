// What strangers send as filters and as operations: words in any order, and what is well formed.
import type { Json } from '@lockstep/kernel/json'
import fc from 'fast-check'
import { commonAttributes, type ResourceType } from '../../apps/server/src/gateways/scim/schema.ts'
import { enterprise as enterpriseUrn } from './scim-client.ts'

/** Every attribute and sub-attribute by its path. */
export function pathsOf(type: ResourceType): readonly string[] {
  const schemas = [
    { prefix: '', attributes: [...commonAttributes, ...type.schema.attributes] },
    ...type.extensions.map(({ schema }) => ({ prefix: `${schema.id}:`, attributes: schema.attributes })),
  ]
  return schemas.flatMap(({ prefix, attributes }) =>
    attributes.flatMap(({ name, subAttributes = [] }) => [
      `${prefix}${name}`,
      ...subAttributes.map((sub) => `${prefix}${name}.${sub.name}`),
    ]),
  )
}

export const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
/** Values of every type as they are written. */
export const values = [
  '"a"',
  '"True"',
  'true',
  'null',
  '12',
  '-1.5',
  '1e30',
  '"2020-01-01T00:00:00Z"',
  '"%_\\\\"',
  '"ß\\"\'"',
  '""',
]

const names = [
  'userName',
  'emails',
  'emails.value',
  'name',
  'name.givenName',
  'active',
  'meta.created',
  'id',
  'externalId',
  'groups.value',
  'password',
  'manager',
  'roles',
  'x509Certificates.value',
  'addresses.country',
  'schemas',
  'meta.resourceType',
  'bogus',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
  'members.value',
  'displayName',
]
const words = fc.constantFrom(
  ...names,
  'eq',
  'ne',
  'co',
  'gt',
  'le',
  'pr',
  'and',
  'or',
  'not',
  '(',
  ')',
  '[',
  ']',
  '"x"',
  'true',
  '12',
  'null',
  '.value',
  '"2020-01-01T00:00:00Z"',
  '"\\"',
  "'",
  ';--',
  '$1',
  '%',
)
const soup = fc.array(words, { maxLength: 14 }).map((list) => list.join(' '))
const filterValue = fc.oneof(
  fc.string().map((text) => JSON.stringify(text.replaceAll('\u0000', '').toWellFormed())),
  fc.constantFrom('true', 'false', '1', 'null', '"2020-01-01T00:00:00Z"'),
)
const term = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'), filterValue)
  .map((parts) => parts.join(' '))
/** Filters of the grammar, however deep. */
export const wellFormedFilter = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    term,
    fc.constantFrom(...names).map((name) => `${name} pr`),
    fc
      .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
      .map(([left, word, right]) => `(${left}) ${word} (${right})`),
    tie('any').map((inner) => `not (${inner})`),
    fc
      .tuple(
        fc.constantFrom('emails', 'roles', 'groups', 'addresses', 'name'),
        fc.constantFrom('type', 'value', 'primary', 'display', 'country'),
        filterValue,
      )
      .map(([list, sub, given]) => `${list}[${sub} eq ${given}]`),
  ),
})).any

/** Anything in place of a filter. */
export const filterText = fc.oneof(soup, wellFormedFilter, fc.string())

const patchPaths = [
  'userName',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq "True"].type',
  'emails.value',
  'roles[',
  'groups',
  'id',
  'meta.created',
  'active',
  enterpriseUrn,
  `${enterpriseUrn}:manager`,
  `${enterpriseUrn}:manager.value`,
  'urn:x',
  'bogus',
  '',
  '.',
  'x509Certificates',
  'schemas',
  'password',
  'externalId',
]
const patchValue = fc.oneof(
  fc.constantFrom<Json>(
    null,
    '',
    [],
    {},
    true,
    'True',
    'x',
    5,
    [{ value: 'x' }],
    { value: 'y', type: 'work' },
    [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ],
    { familyName: 'F', bogus: 1 },
    { 'name.givenName': 'G', id: 'x', emails: null },
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
)
/** Anything in place of an operation. */
export const patchOperation = fc.record(
  {
    op: fc.constantFrom('add', 'Remove', 'replace', 'REPLACE', 'move'),
    path: fc.oneof(fc.constantFrom(...patchPaths), fc.string()),
    value: patchValue,
  },
  { requiredKeys: ['op'] },
)
