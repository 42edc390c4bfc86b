// In which container of a domain the accounts of users are made.
import Type, { type Static } from 'typebox'
import { IdText } from './page.ts'

const strict = { additionalProperties: false } as const

/** Fields of users that a rule may ask about. */
export const ContainerField = Type.Union([
  Type.Literal('department'),
  Type.Literal('location'),
  Type.Literal('company'),
  Type.Literal('jobTitle'),
  Type.Literal('employeeType'),
  Type.Literal('costCenter'),
])
export type ContainerField = Static<typeof ContainerField>

/** A field that has one of the values, whatever the letter case, or membership in a group of the hub. */
export const ContainerCondition = Type.Union([
  Type.Object(
    {
      field: ContainerField,
      values: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems: 1, maxItems: 50 }),
    },
    strict,
  ),
  Type.Object({ groupId: IdText }, strict),
])
export type ContainerCondition = Static<typeof ContainerCondition>

/** Accounts of users for whom all conditions hold are made in the container; of several rules the first that fits counts. */
export const ContainerRule = Type.Object(
  {
    conditions: Type.Array(ContainerCondition, { minItems: 1, maxItems: 5 }),
    containerDn: Type.String({ minLength: 3, maxLength: 1000 }),
  },
  strict,
)
export type ContainerRule = Static<typeof ContainerRule>

export const ContainerRules = Type.Array(ContainerRule, { maxItems: 50 })

/** What is not sent counts as it is. */
export const ContainerPreviewRequest = Type.Object(
  { containerRules: Type.Optional(ContainerRules), movesAccounts: Type.Optional(Type.Boolean()) },
  strict,
)
export type ContainerPreviewRequest = Static<typeof ContainerPreviewRequest>

const Person = Type.Object({
  userId: Type.String(),
  username: Type.String(),
  /** The names that an account made now would get. */
  samAccountName: Type.String(),
  userPrincipalName: Type.String(),
})

/** Who would go where, of the users of the hub who are connected to the domain. */
export const ContainerPreview = Type.Object({
  containers: Type.Array(
    Type.Object({
      containerDn: Type.String(),
      /** The place of the rule, from 0; absent for the container of those whom no rule fits. */
      rule: Type.Optional(Type.Integer()),
      users: Type.Integer(),
      /** Of them, accounts that are still to be made, and existing ones that would be moved here. */
      new: Type.Integer(),
      moved: Type.Integer(),
      /** The first of them by username. */
      first: Type.Array(Person, { maxItems: 10 }),
    }),
  ),
  /** Usernames longer than sAMAccountName allows, which are cut. */
  cutNames: Type.Integer(),
  /** True when there are more users than were looked at. */
  incomplete: Type.Boolean(),
  /** Why the rules would be refused. */
  refusal: Type.Optional(Type.String()),
})
export type ContainerPreview = Static<typeof ContainerPreview>
