// The facts that openapi/reference/*.json keep of the published descriptions of JumpCloud's API. A shape is a short expression:
//
//   string, integer, number, boolean, object, any, null, "literal"     string:date-time with its format
//   SHAPE[]   map(SHAPE)   #NAME (of `schemas`)   SHAPE | SHAPE   file (no JSON)
//
// A `!` at the end of a name says that it is required.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type ReferenceVersion = 'v1' | 'v2'
export const referenceVersions = ['v1', 'v2'] as const
/** The versions, and Directory Insights, which has an address of its own. */
export type ReferencePart = ReferenceVersion | 'insights'
export const referenceParts: readonly ReferencePart[] = [...referenceVersions, 'insights']

export interface ReferenceOperation {
  /** What the descriptions call it. */
  readonly id: string
  readonly query?: Readonly<Record<string, string>>
  /** Of the query: lists that repeat the parameter; others are divided by commas. */
  readonly repeated?: readonly string[]
  /** Without those that any request may carry. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** By status; an empty shape is an empty answer. */
  readonly replies: Readonly<Record<string, string>>
}

export interface Reference {
  readonly version: string
  /** By method and path. */
  readonly operations: Readonly<Record<string, ReferenceOperation>>
  /** Objects: property to shape. */
  readonly schemas: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Names of schemas that take further properties. */
  readonly open: readonly string[]
}

/** Where the facts of a part are committed. */
export function referenceFile(part: ReferencePart): string {
  return join(import.meta.dirname, '..', 'openapi', 'reference', `jumpcloud-${part}.json`)
}

export function readReference(part: ReferencePart): Reference {
  return JSON.parse(readFileSync(referenceFile(part), 'utf8')) as Reference
}

/** The calls that the descriptions show: by operation, the places of the keys in the body of each, divided by blanks. */
export type Examples = Readonly<Record<string, readonly string[]>>

export const examplesFile = join(import.meta.dirname, '..', 'openapi', 'reference', 'examples.json')

export function readExamples(): Examples {
  return JSON.parse(readFileSync(examplesFile, 'utf8')) as Examples
}

/** Where a body has its keys, such as `[].id filter.or[].os`. */
export function keyPlaces(body: unknown): string {
  return [...new Set(places(body, ''))].toSorted().join(' ')
}

function places(value: unknown, at: string): readonly string[] {
  if (Array.isArray(value)) return (value as unknown[]).flatMap((item) => places(item, `${at}[]`))
  if (typeof value !== 'object' || value === null) return at === '' || at === '[]' ? [] : [at]
  const entries = Object.entries(value as Readonly<Record<string, unknown>>)
  if (entries.length === 0) return at === '' ? [] : [at]
  return entries.flatMap(([key, item]) => places(item, at === '' ? key : `${at}.${key}`))
}

/** A shape, read. */
export type Shape =
  | { readonly kind: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'any' | 'null' | 'file' | 'empty' }
  | { readonly kind: 'format'; readonly format: string }
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'array' | 'map'; readonly item: Shape }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'union'; readonly members: readonly Shape[] }

const plain = new Set(['string', 'integer', 'number', 'boolean', 'object', 'any', 'null', 'file'])

/** Reads a shape. */
export function parseShape(text: string): Shape {
  const members = splitUnion(text)
  if (members.length > 1) return { kind: 'union', members: members.map(parseShape) }
  if (text === '') return { kind: 'empty' }
  if (text.startsWith('"')) return { kind: 'literal', value: JSON.parse(text) as string }
  if (text.endsWith('[]')) return { kind: 'array', item: parseShape(unwrapped(text.slice(0, -2))) }
  if (text.startsWith('map(')) return { kind: 'map', item: parseShape(text.slice(4, -1)) }
  if (text.startsWith('#')) return { kind: 'named', name: text.slice(1) }
  if (text.startsWith('string:')) return { kind: 'format', format: text.slice(7) }
  if (plain.has(text)) return { kind: text as 'string' }
  throw new Error(`no shape: ${text}`)
}

function unwrapped(text: string): string {
  return text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text
}

/** The members of a union: divided by bars that stand neither in a literal nor in brackets. */
function splitUnion(text: string): readonly string[] {
  const members: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '"') at = endOfLiteral(text, at)
    else if (char === '(') depth += 1
    else if (char === ')') depth -= 1
    else if (depth === 0 && text.startsWith(' | ', at)) {
      members.push(text.slice(start, at))
      start = at + 3
      at += 2
    }
  }
  members.push(text.slice(start))
  return members
}

function endOfLiteral(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
