// Valid values of a JSON Schema, at random: what a route's own schema says is all that is known of the route.
import fc from 'fast-check'
import type { Random } from './random.ts'

/** The parts of JSON Schema that our schemas use. */
export interface SchemaFacts {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly SchemaFacts[]
  readonly properties?: Readonly<Record<string, SchemaFacts>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, SchemaFacts>>
  readonly additionalProperties?: boolean | SchemaFacts
  readonly items?: SchemaFacts
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly examples?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

export interface ValueOptions {
  readonly random: Random
  /** A better value for a text or number property, by the property's name; undefined: any. */
  readonly suggest: (property: string) => string | number | undefined
  /** The first alternative and no optional property, instead of any. */
  readonly minimal?: boolean
  /** Optional properties that are nearly always there. */
  readonly likely?: ReadonlySet<string>
}

const mostItems = 3
const words = [
  'Zoë',
  'مرحبا',
  '日本',
  '👩‍👩‍👧',
  'e\u0301',
  "O'Brien",
  'plain',
  '50%',
  'a_b',
  'back\\slash',
  ' padded ',
  'ß',
  'İ',
] as const

/** A value that the schema accepts. */
export function valueOf(schema: SchemaFacts, options: ValueOptions, property = ''): unknown {
  const { random, minimal = false } = options
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf) return valueOf(minimal ? (schema.anyOf[0] ?? {}) : random.pick(schema.anyOf), options, property)
  switch (schema.type) {
    case 'object':
      return objectOf(schema, options)
    case 'array': {
      const least = schema.minItems ?? 0
      const count = minimal ? least : Math.min(schema.maxItems ?? mostItems, least + random.below(mostItems))
      return Array.from({ length: count }, () => valueOf(schema.items ?? {}, options, property))
    }
    case 'string':
      return textOf(schema, options, property)
    case 'integer':
    case 'number':
      return numberOf(schema, options, property)
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    default:
      return random.pick([null, 1, 'any', [], {}])
  }
}

function objectOf(schema: SchemaFacts, options: ValueOptions): Record<string, unknown> {
  const { random, minimal = false, likely } = options
  const required = new Set(schema.required)
  const isThere = (name: string): boolean =>
    required.has(name) || (likely?.has(name) ? random.chance(0.9) : !minimal && random.chance(0.4))
  const value: Record<string, unknown> = {}
  for (const [name, facts] of Object.entries(schema.properties ?? {}))
    if (isThere(name)) value[name] = valueOf(facts, options, name)
  const open = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties
  if (typeof open === 'object' && !minimal && random.chance(0.5))
    value[random.pick(['one', 'mail', 'cn'])] = valueOf(open, options)
  return value
}

function textOf(schema: SchemaFacts, { random, suggest }: ValueOptions, property: string): string {
  const suggestion = suggest(property)
  if (typeof suggestion === 'string' && fits(schema, suggestion)) return suggestion
  if (schema.examples !== undefined) return random.pick(schema.examples)
  if (schema.format === 'date-time') return new Date(random.below(2 ** 31) * 1000).toISOString()
  if (schema.pattern !== undefined) return random.pick(samplesOf(schema.pattern))
  let text = `${random.pick(words)}-${random.below(1_000_000)}`
  while (text.length < (schema.minLength ?? 0)) text += text
  return text.slice(0, schema.maxLength ?? text.length)
}

function fits({ pattern, minLength = 0, maxLength = Infinity }: SchemaFacts, text: string): boolean {
  return (
    text.length >= minLength && text.length <= maxLength && (pattern === undefined || new RegExp(pattern).test(text))
  )
}

function numberOf(schema: SchemaFacts, { random, suggest }: ValueOptions, property: string): number {
  const { minimum = -5, maximum = minimum + 1000 } = schema
  const suggestion = suggest(property)
  if (typeof suggestion === 'number' && suggestion >= minimum) return suggestion
  return random.chance(0.2) ? random.pick([minimum, maximum]) : minimum + random.below(maximum - minimum + 1)
}

const samples = new Map<string, readonly string[]>()

function samplesOf(pattern: string): readonly string[] {
  const known = samples.get(pattern) ?? fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 20, seed: 1 })
  samples.set(pattern, known)
  return known
}
