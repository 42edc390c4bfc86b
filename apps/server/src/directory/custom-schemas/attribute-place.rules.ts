// Where values of declared attributes are kept: with users, with groups, or with resources of a declared type, each under a way of names.
import { sha256 } from '@lockstep/kernel/digest'
import type { Refusal } from '@lockstep/contract/app-error'
import { type CustomAttribute, type CustomSchema, type Declared, declarationLimits } from './custom-schema.rules.ts'

/** The values of one attribute with one kind of resources. */
export interface Place {
  /** `User`, `Group`, or the key of a declared type. */
  readonly owner: string
  readonly ownerName: string
  /** `[urn, attribute]` of an extension, `[attribute]` of a type's own schema. */
  readonly path: readonly string[]
  readonly attribute: CustomAttribute
}

/** Every place that declarations make. */
function placesOf({ schemas, types }: Declared): readonly Place[] {
  const of = (
    { key, name }: { readonly key: string; readonly name: string },
    schema: CustomSchema | undefined,
    isCore: boolean,
  ): readonly Place[] =>
    (schema?.attributes ?? []).map((attribute) => ({
      owner: key,
      ownerName: name,
      path: isCore || schema === undefined ? [attribute.name] : [schema.id, attribute.name],
      attribute,
    }))
  const byUrn = (urn: string): CustomSchema | undefined => schemas.find(({ id }) => id === urn)
  return [
    ...schemas.flatMap((schema) => schema.extends.flatMap((name) => of({ key: name, name }, schema, false))),
    ...types.flatMap((type) => [
      ...of(type, byUrn(type.schema), true),
      ...type.schemaExtensions.flatMap(({ schema }) => of(type, byUrn(schema), false)),
    ]),
  ]
}

function keyOf({ owner, path }: Place): string {
  return JSON.stringify([owner, ...path])
}

/** What becomes of places. */
interface PlaceChanges {
  /** New ones; of a schema that is new there, the whole. */
  readonly added: readonly Place[]
  readonly removed: readonly Place[]
  /** Whose values lose a part. */
  readonly narrowed: readonly Place[]
}

/** The places that come and go when another is declared. */
export function placeChanges(before: Declared, after: Declared): PlaceChanges {
  const known = new Set([...placesOf(before)].flatMap(({ owner, path }) => [owner, JSON.stringify([owner, path[0]])]))
  const was = new Map(placesOf(before).map((place) => [keyOf(place), place]))
  const is = new Map(placesOf(after).map((place) => [keyOf(place), place]))
  return {
    added: [...new Map([...is].filter(([key]) => !was.has(key)).map(([, place]) => wholeOf(place, known)))].flatMap(
      ([, place]) => place ?? [],
    ),
    removed: [...was].flatMap(([key, place]) => (is.has(key) ? [] : [place])),
    narrowed: [...was].flatMap(([key, place]) => {
      const next = is.get(key)
      return next !== undefined && hasLostPart(place.attribute, next.attribute) ? [place] : []
    }),
  }
}

/** The place of a whole schema where that is new; none with a type that is new itself and holds nothing. */
function wholeOf(place: Place, known: ReadonlySet<string>): readonly [string, Place | undefined] {
  const { owner, path } = place
  if (owner !== 'User' && owner !== 'Group' && !known.has(owner)) return [owner, undefined]
  const whole = { ...place, path: path.slice(0, 1) }
  return known.has(JSON.stringify([owner, path[0]])) ? [keyOf(place), place] : [keyOf(whole), whole]
}

function hasLostPart(before: CustomAttribute, after: CustomAttribute): boolean {
  return (before.subAttributes ?? []).some(({ name }) => !after.subAttributes?.some((sub) => sub.name === name))
}

/** Values of which each may stand once. */
export interface UniqueValues {
  /** By which the index that sees to it is known. */
  readonly index: string
  readonly place: Place
  /** Compared in any letter case. */
  readonly folded: boolean
}

/** What has to be unique. */
export function uniqueValuesOf(declared: Declared): readonly UniqueValues[] {
  return placesOf(declared)
    .filter(({ attribute }) => attribute.uniqueness !== 'none')
    .map((place) => ({
      index: sha256(keyOf(place)).toString('hex').slice(0, 24),
      place,
      folded: place.attribute.type === 'string' && !place.attribute.caseExact,
    }))
}

/** Each unique attribute makes every write dearer. */
export function uniqueCountFault(declared: Declared): Refusal | undefined {
  const { uniqueAttributes } = declarationLimits
  return uniqueValuesOf(declared).length > uniqueAttributes
    ? {
        ok: false,
        code: 'invalid_request',
        field: 'attributes',
        detail: `attributes: the hub takes ${uniqueAttributes} unique attributes of all types together. Say uniqueness: none for others.`,
      }
    : undefined
}
