// Converts input towards a schema, for protocols that are tolerant: numbers and booleans sent as text, single values where a list is
// wanted, unknown keys. What cannot be converted stays as it is, and the validation then names it. The converter is made once a schema;
// TypeBox's own computes the types anew for every value, which cost more than the whole rest of a request.

/** Converts a value; never throws. */
export type Convert = (value: unknown) => unknown

/** The parts of JSON Schema that decide on conversion. */
interface SchemaFacts {
  readonly type?: string
  readonly anyOf?: readonly SchemaFacts[]
  readonly properties?: Readonly<Record<string, SchemaFacts>>
  readonly patternProperties?: Readonly<Record<string, SchemaFacts>>
  readonly additionalProperties?: boolean | SchemaFacts
  readonly items?: SchemaFacts
  readonly const?: unknown
}

const keep: Convert = (value) => value
const wholeNumber = /^-?[0-9]{1,15}$/
const decimal = /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/

const scalars: Readonly<Record<string, Convert>> = {
  integer: (value) => (typeof value === 'string' && wholeNumber.test(value.trim()) ? Number(value) : value),
  number: (value) => (typeof value === 'string' && decimal.test(value.trim()) ? Number(value) : value),
  boolean: (value) => {
    if (value === 1 || value === 0) return value === 1
    if (typeof value !== 'string') return value
    const text = value.trim().toLowerCase()
    if (text === 'true' || text === '1') return true
    return text === 'false' || text === '0' ? false : value
  },
  string: (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
}

/** Makes the converter of a schema. With `dropUnknown`, keys that an object's schema does not name are left out. */
export function compileConversion(schema: unknown, dropUnknown: boolean): Convert {
  const facts = schema as SchemaFacts
  if (facts.anyOf) return alternatives(facts.anyOf, dropUnknown)
  if (facts.const !== undefined || facts.type === undefined) return keep
  if (facts.type === 'object') return object(facts, dropUnknown)
  if (facts.type !== 'array') return scalars[facts.type] ?? keep
  const item = facts.items === undefined ? keep : compileConversion(facts.items, dropUnknown)
  return (value) => {
    if (Array.isArray(value)) return value.map(item)
    return typeof value === 'string' ? [item(value)] : value
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/** A value whose type is among the alternatives is left to that one; otherwise the first that changes it decides. */
function alternatives(members: readonly SchemaFacts[], dropUnknown: boolean): Convert {
  const converters = members.map((member) => ({ type: member.type, convert: compileConversion(member, dropUnknown) }))
  return (value) => {
    const type = typeOf(value)
    const fitting = converters.find(
      (member) => member.type === type || (member.type === 'number' && type === 'integer'),
    )
    if (fitting) return fitting.convert(value)
    for (const { convert } of converters) {
      const converted = convert(value)
      if (converted !== value) return converted
    }
    return value
  }
}

function object(facts: SchemaFacts, dropUnknown: boolean): Convert {
  const properties = new Map(
    Object.entries(facts.properties ?? {}).map(([name, schema]) => [name, compileConversion(schema, dropUnknown)]),
  )
  const isOpen = facts.patternProperties !== undefined || (facts.additionalProperties ?? false) !== false
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const converted: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const part = (value as Record<string, unknown>)[name]
      const convert = properties.get(name)
      if (convert) converted[name] = convert(part)
      else if (isOpen || !dropUnknown) converted[name] = part
    }
    return converted
  }
}
