// What differs between the API that the hub describes and the published descriptions of JumpCloud's, one line each:
//
//   METHOD PATH | unserved                     documented, and no route of the hub serves it
//   METHOD PATH | added                        served and not documented
//   METHOD PATH | status | 200 instead of 201
//   METHOD PATH | query | lacks NAME
//   METHOD PATH | reply | PLACE: what
import { documentedOperations } from '../apps/server/src/gateways/jumpcloud/outside-operations.ts'
import type { OpenApiDocument } from './hub-document.ts'
import { parseShape, readReference, type Reference, type ReferenceVersion, type Shape } from './reference.ts'

interface SchemaFacts {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly SchemaFacts[]
  readonly properties?: Readonly<Record<string, SchemaFacts>>
  readonly items?: SchemaFacts
}

interface Described {
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, { readonly content?: { 'application/json': { schema: SchemaFacts } } }>>
}

const deepest = 4

/** The differences of a version, in the order of the operations. */
export function compareWithReference(version: ReferenceVersion, document: OpenApiDocument): readonly string[] {
  const reference = readReference(version)
  const served = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, { name: string; described: Described }] => {
        const name = `${method.toUpperCase()} ${path}`
        return [comparable(name), { name, described: operation as unknown as Described }]
      }),
    ),
  )
  const lists = new Set(
    documentedOperations
      .filter(([, , answer]) => answer?.startsWith('[') || answer?.startsWith('{'))
      .map(([method, path]) => `${method} ${path}`),
  )
  const documented = Object.keys(reference.operations).toSorted()
  const known = new Set(documented.map(comparable))
  return [
    ...documented.flatMap((name) => {
      const found = served.get(comparable(name))
      if (found !== undefined) return compareOperation(reference, name, found.described)
      return [lists.has(name) ? `${name} | empty` : `${name} | unserved`]
    }),
    ...[...served].filter(([key]) => !known.has(key)).map(([, { name }]) => `${name} | added`),
  ]
}

/** Parameters of paths have other names here and there. */
function comparable(name: string): string {
  return name.replaceAll(/\{[^}]+\}/g, '{}').toLowerCase()
}

function compareOperation(reference: Reference, name: string, described: Described): readonly string[] {
  const operation = reference.operations[name] ?? { id: name, replies: {} }
  const differences: string[] = []
  const answered = Object.keys(described.responses).find((status) => status.startsWith('2')) ?? ''
  const successes = Object.keys(operation.replies).filter((status) => status.startsWith('2'))
  const wanted = successes.includes(answered) ? answered : successes[0]
  if (wanted !== answered) differences.push(`status | ${answered} instead of ${wanted}`)
  const taken = new Set(described.parameters.filter((one) => one.in === 'query').map((one) => one.name))
  for (const parameter of Object.keys(operation.query ?? {}).map((one) => one.replace(/!$/, '')))
    if (!taken.has(parameter)) differences.push(`query | lacks ${parameter}`)
  const shape = parseShape(operation.replies[wanted ?? ''] ?? '')
  const schema = described.responses[answered]?.content?.['application/json'].schema
  differences.push(
    ...compareReply(reference, { shape, schema, place: 'answer', depth: 0 }).map((one) => `reply | ${one}`),
  )
  return [...new Set(differences)].map((difference) => `${name} | ${difference}`)
}

interface Pair {
  readonly shape: Shape
  readonly schema: SchemaFacts | undefined
  readonly place: string
  readonly depth: number
}

function compareReply(reference: Reference, pair: Pair): readonly string[] {
  const { place, depth } = pair
  if (depth > deepest) return []
  const { shape, isNullable } = withoutNull(pair.shape)
  if (shape.kind === 'empty' || shape.kind === 'any' || shape.kind === 'file') return []
  if (pair.schema === undefined) return [`${place}: nothing instead of ${nameOf(shape)}`]
  const schemas = alternatives(pair.schema)
  const solid = schemas.filter(({ type }) => type !== 'null')
  const differences: string[] = []
  if (solid.length < schemas.length && !isNullable) differences.push(`${place}: may be null`)
  const [schema] = solid
  if (schema === undefined)
    return solid.length === schemas.length ? [] : [`${place}: is always null instead of ${nameOf(shape)}`]
  const type = schema.type ?? (schema.const === undefined ? 'any' : typeof schema.const)
  if (type === 'any') return differences
  if (!typesOf(shape).includes(type)) return [...differences, `${place}: ${type} instead of ${nameOf(shape)}`]
  if (shape.kind === 'array')
    return [
      ...differences,
      ...compareReply(reference, { shape: shape.item, schema: schema.items, place: `${place}[]`, depth: depth + 1 }),
    ]
  if (shape.kind !== 'named' || schema.properties === undefined) return differences
  return [...differences, ...compareProperties(reference, { ...pair, schema }, shape.name)]
}

function compareProperties(reference: Reference, pair: Pair, name: string): readonly string[] {
  const ours = pair.schema?.properties ?? {}
  // An object that says nothing of its properties is open.
  if (Object.keys(ours).length === 0) return []
  const theirs = Object.entries(reference.schemas[name] ?? {}).map(([key, shape]) => ({
    key: key.replace(/!$/, ''),
    shape,
  }))
  const documented = new Set(theirs.map(({ key }) => key))
  return [
    ...theirs.flatMap(({ key, shape }) => {
      const place = `${pair.place}.${key}`
      const schema = ours[key]
      if (schema === undefined) return [`${place}: missing`]
      return compareReply(reference, { shape: parseShape(shape), schema, place, depth: pair.depth + 1 })
    }),
    ...Object.keys(ours)
      .filter((key) => !documented.has(key))
      .map((key) => `${pair.place}.${key}: added`),
  ]
}

function alternatives(schema: SchemaFacts): readonly SchemaFacts[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives)
}

function withoutNull(shape: Shape): { readonly shape: Shape; readonly isNullable: boolean } {
  if (shape.kind !== 'union') return { shape, isNullable: shape.kind === 'null' }
  const members = shape.members.filter(({ kind }) => kind !== 'null')
  const [first] = members
  const rest: Shape = members.length === 1 && first !== undefined ? first : { kind: 'union', members }
  return { shape: rest, isNullable: members.length < shape.members.length }
}

/** The types of JSON that a shape may have. */
function typesOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'string':
    case 'format':
    case 'literal':
      return ['string']
    case 'number':
      return ['number', 'integer']
    case 'integer':
    case 'boolean':
    case 'array':
    case 'null':
      return [shape.kind]
    case 'union':
      return shape.members.flatMap(typesOf)
    case 'object':
    case 'map':
    case 'named':
      return ['object']
    default:
      return ['any']
  }
}

function nameOf(shape: Shape): string {
  return [...new Set(typesOf(shape))].join(' or ')
}
