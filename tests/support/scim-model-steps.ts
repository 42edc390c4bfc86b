// What clients do in a random sequence, as data that shrinks. Resources are meant by a number, which counts those that were ever made.
import fc from 'fast-check'
import { enterprise, userUrn } from './scim-client.ts'
import type { Condition, Operator } from './scim-model-filter.ts'
import { listNames, type UserTarget } from './scim-model-patch.ts'

export type Target = number

/** A whole user; the manager by number, -1 for words that name nobody. */
export interface UserContent {
  readonly name: number
  readonly isUpper: boolean
  readonly address: number
  readonly shape: Readonly<Record<string, unknown>>
  readonly department?: string
  readonly employeeNumber?: number
  readonly manager?: Target
  readonly externalId?: string
}

interface GroupContent {
  readonly name: number
  readonly members: readonly Target[]
  readonly externalId?: string
}

export interface UserChange {
  readonly verb: 'add' | 'replace' | 'remove'
  readonly at: UserTarget
  readonly value?: unknown
  readonly manager?: Target
  /** How it is written: 0 plainly, 1 in other letter case, 2 with the URN, 3 without a path. */
  readonly spelling: number
}

export type GroupChange =
  | { readonly name: number; readonly isWhole: boolean }
  | {
      readonly verb: 'add' | 'replace' | 'remove'
      readonly members: readonly Target[]
      /** Of a removal: by a path each, by a value, or all of them. */
      readonly by: 'path' | 'value' | 'all'
    }

/** Which version a change is meant for. */
export type Match = 'none' | 'current' | 'stale' | 'any'

export type Change =
  | { readonly act: 'create'; readonly user?: UserContent; readonly group?: GroupContent }
  | {
      readonly act: 'replace'
      readonly target: Target
      readonly user?: UserContent
      readonly group?: GroupContent
      readonly match: Match
    }
  | {
      readonly act: 'patch'
      readonly target: Target
      readonly user?: readonly UserChange[]
      readonly group?: readonly GroupChange[]
      readonly match: Match
    }
  | { readonly act: 'delete'; readonly kind: 'Users' | 'Groups'; readonly target: Target; readonly match: Match }

export type Step =
  | { readonly client: number; readonly change: Change }
  | { readonly client: number; readonly bulk: readonly Change[]; readonly failOnErrors: number }
  | {
      readonly client: number
      readonly read: Target
      readonly kind: 'Users' | 'Groups'
      readonly known: Match
      readonly show: number
    }
  | {
      readonly client: number
      readonly list: 'Users' | 'Groups'
      readonly where: Condition
      readonly sortBy: string
      readonly descending: boolean
      readonly startIndex: number
      readonly count: number
      readonly isSearch: boolean
    }

const word = fc.constantFrom('ab', 'abc', 'Bc', 'cab', 'Abba')
const target = fc.nat(5)
const type = fc.constantFrom('work', 'home', 'Mobile')
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const without = <T extends object>(made: T): T =>
  Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as T

const element = fc
  .record({ value: optional(word), type: optional(type), display: optional(word), primary: optional(fc.boolean()) })
  .map(without)
const list = fc.array(element, { maxLength: 3 })

const shape = fc
  .record({
    title: optional(word),
    nickName: optional(fc.oneof(word, fc.constant(null))),
    displayName: optional(word),
    name: optional(fc.record({ givenName: word, familyName: optional(word) }).map(without)),
    active: optional(fc.boolean()),
    roles: optional(list),
    phoneNumbers: optional(list),
  })
  .map(without)

const user: fc.Arbitrary<UserContent> = fc
  .record({
    name: fc.nat(4),
    isUpper: fc.boolean(),
    address: fc.integer({ min: -1, max: 6 }),
    shape,
    department: optional(word),
    employeeNumber: optional(fc.nat(3)),
    manager: optional(fc.integer({ min: -1, max: 4 })),
    externalId: optional(word),
  })
  .map((made) => without(made) as UserContent)

const group: fc.Arbitrary<GroupContent> = fc
  .record({ name: fc.nat(3), members: fc.array(target, { maxLength: 4 }), externalId: optional(word) })
  .map((made) => without(made) as GroupContent)

const verb = fc.constantFrom<'add' | 'replace' | 'remove'>('add', 'replace', 'remove')
const spelling = fc.nat(3)
const texts = ['title', 'nickName', 'displayName', 'name.givenName', 'externalId', `${enterprise}:department`]

const valued = (at: fc.Arbitrary<UserTarget>, value: fc.Arbitrary<unknown>): fc.Arbitrary<UserChange> =>
  fc.record({ verb, at, value, spelling })

const userChange: fc.Arbitrary<UserChange> = fc.oneof(
  valued(
    fc.constantFrom(...texts).map((text) => ({ text })),
    fc.oneof({ weight: 6, arbitrary: word }, { weight: 1, arbitrary: fc.constantFrom<unknown>('', null, { a: 1 }, 7) }),
  ),
  fc.record({ verb, at: fc.constant({ text: 'userName' }), value: fc.nat(4), spelling }),
  valued(
    fc.constant({ flag: 'active' as const }),
    fc.constantFrom<unknown>(true, false, 'True', 'False', null, 'maybe'),
  ),
  valued(
    fc.constant({ name: true as const }),
    fc.record({ givenName: word, familyName: fc.oneof(word, fc.constant(null)) }),
  ),
  valued(fc.constant({ extension: true as const }), fc.record({ department: word, division: word })),
  fc.record({ verb, at: fc.constant({ manager: true as const }), manager: fc.integer({ min: -1, max: 4 }), spelling }),
  valued(
    fc.constantFrom(...listNames).map((name) => ({ list: name })),
    list,
  ),
  valued(
    fc.tuple(fc.constantFrom(...listNames), type).map(([name, of]) => ({ list: name, type: of })),
    fc.oneof(fc.record({ display: word }), fc.record({ value: word, primary: fc.boolean() }), fc.constant(null)),
  ),
  valued(
    fc
      .tuple(fc.constantFrom(...listNames), optional(type), fc.constantFrom('value' as const, 'display' as const))
      .map(([name, of, sub]) => ({ list: name, sub, ...(of === undefined ? {} : { type: of }) })),
    fc.oneof(word, fc.constant(null)),
  ),
  valued(
    fc
      .tuple(fc.constantFrom(...listNames), type)
      .map(([name, of]) => ({ list: name, type: of, sub: 'primary' as const })),
    fc.constantFrom<unknown>(true, 'True', false),
  ),
  valued(
    fc.constantFrom(
      { wrong: 'bogus', keyword: 'invalidPath' },
      { wrong: 'name.bogus', keyword: 'invalidPath' },
      { wrong: 'title[value eq "x"]', keyword: 'invalidPath' },
      { wrong: 'roles[type xx "y"]', keyword: 'invalidFilter' },
      { wrong: 'roles[', keyword: 'invalidPath' },
      { wrong: 'groups', keyword: 'mutability' },
      { wrong: 'meta.created', keyword: 'mutability' },
      { wrong: 'id', keyword: 'mutability' },
    ),
    word,
  ),
)

const groupChange: fc.Arbitrary<GroupChange> = fc.oneof(
  fc.record({ name: fc.nat(3), isWhole: fc.boolean() }),
  fc.record({
    verb,
    members: fc.array(target, { minLength: 1, maxLength: 4 }),
    by: fc.constantFrom<'path' | 'value' | 'all'>('path', 'path', 'value', 'value', 'all'),
  }),
)

const match = fc.constantFrom<Match>('none', 'none', 'none', 'current', 'stale', 'any')
const kind = fc.constantFrom<'Users' | 'Groups'>('Users', 'Groups')

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('create' as const), user }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('create' as const), group }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('replace' as const), target, user, match }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('replace' as const), target, group, match }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('patch' as const),
      target,
      user: fc.array(userChange, { minLength: 1, maxLength: 3 }),
      match,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('patch' as const),
      target,
      group: fc.array(groupChange, { minLength: 1, maxLength: 3 }),
      match,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delete' as const), kind, target, match }) },
)

const operator = fc.constantFrom<Operator>('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le')
const compared = (paths: readonly string[]): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({ path: fc.constantFrom(...paths), operator, value: word }),
    fc.record({ path: fc.constantFrom(...paths), operator: fc.constant('pr' as const) }),
    fc.record({
      path: fc.constantFrom(...paths),
      operator: fc.constantFrom('eq' as const, 'ne' as const),
      value: fc.constant(null),
    }),
  )
const joined = (leaf: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc.letrec<{ any: Condition }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      leaf,
      fc.record({ all: fc.array(tie('any'), { minLength: 2, maxLength: 2 }) }),
      fc.record({ any: fc.array(tie('any'), { minLength: 2, maxLength: 2 }) }),
      fc.record({ not: tie('any') }),
    ),
  })).any

const paths = [
  'title',
  'nickName',
  'displayName',
  'name.givenName',
  'name.familyName',
  `${userUrn}:title`,
  `${enterprise}:department`,
  `${enterprise}:manager`,
  'externalId',
  'roles',
  'roles.value',
  'roles.type',
  'phoneNumbers.value',
  'emails.value',
  'emails.type',
  'emails.display',
]
const userWhere = joined(
  fc.oneof(
    { weight: 4, arbitrary: compared(paths) },
    {
      weight: 2,
      arbitrary: fc.record({
        list: fc.constantFrom(...listNames),
        where: joined(compared(['value', 'type', 'display'])),
      }),
    },
    fc.record({
      path: fc.constant('active'),
      operator: fc.constantFrom('eq' as const, 'ne' as const),
      value: fc.boolean(),
    }),
  ),
)
const groupWhere = joined(compared(['displayName', 'externalId', 'members.value']))

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ client: fc.nat(2), change }) },
  {
    weight: 2,
    arbitrary: fc.record({
      client: fc.nat(2),
      bulk: fc.array(change, { minLength: 1, maxLength: 5 }),
      failOnErrors: fc.nat(2),
    }),
  },
  { weight: 4, arbitrary: fc.record({ client: fc.nat(2), read: target, kind, known: match, show: fc.nat(5) }) },
  ...(['Users', 'Groups'] as const).map((noun) => ({
    weight: noun === 'Users' ? 8 : 3,
    arbitrary: fc.record({
      client: fc.nat(2),
      list: fc.constant(noun),
      where: noun === 'Users' ? userWhere : groupWhere,
      sortBy: fc.constantFrom(
        ...(noun === 'Users'
          ? [
              '',
              'userName',
              'title',
              'name.familyName',
              'roles',
              'phoneNumbers.value',
              'emails',
              `${enterprise}:department`,
            ]
          : ['', 'displayName', 'externalId']),
      ),
      descending: fc.boolean(),
      startIndex: fc.integer({ min: -1, max: 4 }),
      count: fc.integer({ min: -1, max: 4 }),
      isSearch: fc.boolean(),
    }),
  })),
)

/** A sequence, which begins with a few users so that there is something to change. */
export const sequence: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(fc.record({ client: fc.nat(2), user }), { minLength: 1, maxLength: 4 }),
    fc.array(step, { minLength: 4, maxLength: 24, size: 'max' }),
  )
  .map(([users, steps]) => [
    ...users.map(({ client, user: content }) => ({ client, change: { act: 'create' as const, user: content } })),
    ...steps,
  ])
