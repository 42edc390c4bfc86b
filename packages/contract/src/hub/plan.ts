import Type, { type Static } from 'typebox'
import { pageQuery } from './page.ts'

const strict = { additionalProperties: false } as const

export const PlanState = Type.Union([
  Type.Literal('quarantined'),
  Type.Literal('released'),
  Type.Literal('applied'),
  Type.Literal('dismissed'),
])
export type PlanState = Static<typeof PlanState>

/** What the guard counts. `make_again`: an account that the directory lacks is made there once more. */
export const PlanItemKind = Type.Union([
  Type.Literal('suspend'),
  Type.Literal('delete'),
  Type.Literal('unbind'),
  Type.Literal('remove_member'),
  Type.Literal('delete_group'),
  Type.Literal('clear_field'),
  Type.Literal('pend_password'),
  Type.Literal('make_again'),
])
export type PlanItemKind = Static<typeof PlanItemKind>

/**
 * `comparison`: what is taken away is taken away in the directory, after a comparison with it. `integration`: a client that provisions
 * users takes them away, and takes it for done.
 */
export const PlanSourceKind = Type.Union([
  Type.Literal('directory'),
  Type.Literal('comparison'),
  Type.Literal('integration'),
])
export type PlanSourceKind = Static<typeof PlanSourceKind>

export const PlanRow = Type.Object({
  id: Type.String(),
  sourceKind: PlanSourceKind,
  sourceId: Type.String(),
  sourceName: Type.String(),
  state: PlanState,
  /** Why it is held, in words with the numbers. */
  reason: Type.String(),
  itemCount: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer()),
  created: Type.String(),
  updated: Type.String(),
  decidedAt: Type.Optional(Type.String()),
  decidedBy: Type.Optional(Type.String()),
  decision: Type.Optional(Type.String()),
})
export type PlanRow = Static<typeof PlanRow>

export const PlanItem = Type.Object({
  id: Type.String(),
  kind: PlanItemKind,
  subjectKind: Type.Union([Type.Literal('user'), Type.Literal('group')]),
  subjectId: Type.String(),
  subjectName: Type.String(),
  /** waiting, applied, withdrawn (the source changed its mind), failed. */
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('applied'),
    Type.Literal('withdrawn'),
    Type.Literal('failed'),
    Type.Literal('kept'),
  ]),
  /** The reason in words, for instance “left the integration group”. */
  reason: Type.String(),
  changes: Type.Record(Type.String(), Type.Object({ before: Type.Unknown(), after: Type.Unknown() })),
  error: Type.Optional(Type.String()),
})
export type PlanItem = Static<typeof PlanItem>

export const PlanListQuery = Type.Object({ ...pageQuery, state: Type.Optional(PlanState) }, strict)
export type PlanListQuery = Static<typeof PlanListQuery>

export const PlanItemQuery = Type.Object({ ...pageQuery, kind: Type.Optional(PlanItemKind) }, strict)
export type PlanItemQuery = Static<typeof PlanItemQuery>

export const PlanDecision = Type.Object({ reason: Type.String({ minLength: 3, maxLength: 500 }) }, strict)
export type PlanDecision = Static<typeof PlanDecision>
