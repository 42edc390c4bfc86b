// Values of the shapes that openapi/reference describes: made for requests, and checked in answers.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseShape, type Reference, type Shape } from '../../scripts/reference.ts'
import type { Random } from './random.ts'

export interface MakingOptions {
  readonly reference: Reference
  readonly random: Random
  /** A better value for a property, by its name; undefined: any. */
  readonly suggest: (property: string) => unknown
}

const deepest = 3

/** A value of the shape. Optional properties are there every other time; nothing is made below a certain depth. */
export function valueOfShape(text: string, options: MakingOptions, property = '', depth = 0): unknown {
  return make(parseShape(text), { ...options, property, depth })
}

interface Making extends MakingOptions {
  readonly property: string
  readonly depth: number
}

function make(shape: Shape, making: Making): unknown {
  const { random, property, suggest } = making
  const suggested = suggest(property)
  const isList = shape.kind === 'array'
  if (suggested !== undefined && Array.isArray(suggested) === isList) return suggested
  switch (shape.kind) {
    case 'union':
      return make(random.pick(shape.members), making)
    case 'literal':
      return shape.value
    case 'string':
      return `text-${random.below(1_000_000)}`
    case 'format':
      return shape.format.startsWith('date') ? '2999-01-31T09:00:00Z' : 'f'.repeat(24)
    case 'integer':
    case 'number':
      return 1 + random.below(50)
    case 'boolean':
      return random.chance(0.5)
    case 'array':
      return making.depth > deepest ? [] : [make(shape.item, { ...making, depth: making.depth + 1 })]
    case 'map':
    case 'object':
      return {}
    case 'named':
      return objectOf(shape.name, making)
    default:
      return null
  }
}

function objectOf(name: string, making: Making): object {
  const { reference, random, depth } = making
  if (depth > deepest) return {}
  const entries = Object.entries(reference.schemas[name] ?? {}).flatMap(([key, text]): [string, unknown][] => {
    const property = key.replace(/!$/, '')
    const isThere = key.endsWith('!') || making.suggest(property) !== undefined || random.chance(0.3)
    return isThere ? [[property, valueOfShape(text, making, property, depth + 1)]] : []
  })
  return Object.fromEntries(entries)
}

/** What of a value is not of the shape, in words with the places; empty when all is. */
export function shapeFaults(value: unknown, text: string, reference: Reference): readonly string[] {
  return [...new Set(faults({ value, shape: parseShape(text), place: 'answer', reference }))]
}

/** Of lines as in tests/expected/conformance.txt, those whose property or status is not listed there for any operation. */
export async function unlistedFaults(lines: readonly string[]): Promise<readonly string[]> {
  const listed = await readFile(join(import.meta.dirname, '..', 'expected', 'conformance.txt'), 'utf8')
  const faultOf = (line: string): string => line.replace(/^.* \| (?:.*\.)?/, '')
  const known = new Set(listed.split('\n').map(faultOf))
  return lines.filter((line) => !known.has(faultOf(line)))
}

interface Checking {
  readonly value: unknown
  readonly shape: Shape
  readonly place: string
  readonly reference: Reference
}

function faults({ value, shape, place, reference }: Checking): readonly string[] {
  const below = (more: Pick<Checking, 'value' | 'shape' | 'place'>): readonly string[] => faults({ ...more, reference })
  switch (shape.kind) {
    case 'union': {
      const all = shape.members.map((member) => below({ value, shape: member, place }))
      return all.some((one) => one.length === 0) ? [] : (all[0] ?? [])
    }
    case 'array':
      if (!Array.isArray(value)) return [`${place}: ${typeOf(value)} instead of array`]
      return (value as unknown[]).flatMap((item) => below({ value: item, shape: shape.item, place: `${place}[]` }))
    case 'map':
    case 'object':
    case 'named':
      if (typeOf(value) !== 'object') return [`${place}: ${typeOf(value)} instead of object`]
      return shape.kind === 'named'
        ? propertyFaults(value as Readonly<Record<string, unknown>>, { shape, place, reference })
        : []
    default:
      return isPlain(value, shape)
        ? []
        : [`${place}: ${typeOf(value)} instead of ${shape.kind === 'format' ? 'string' : shape.kind}`]
  }
}

function propertyFaults(
  value: Readonly<Record<string, unknown>>,
  {
    shape,
    place,
    reference,
  }: { readonly shape: { readonly name: string }; readonly place: string; readonly reference: Reference },
): readonly string[] {
  return Object.entries(reference.schemas[shape.name] ?? {}).flatMap(([key, text]) => {
    const property = key.replace(/!$/, '')
    const part = value[property]
    if (part === undefined) return key.endsWith('!') ? [`${place}.${property}: missing`] : []
    return faults({ value: part, shape: parseShape(text), place: `${place}.${property}`, reference })
  })
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isPlain(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case 'any':
    case 'file':
      return true
    case 'empty':
      return value === undefined
    case 'string':
      return typeof value === 'string'
    case 'literal':
      return value === shape.value
    case 'format':
      return typeof value === 'string' && (!shape.format.startsWith('date') || !Number.isNaN(Date.parse(value)))
    case 'integer':
      return Number.isInteger(value)
    case 'number':
    case 'boolean':
      return typeof value === shape.kind
    default:
      return value === null
  }
}
