// Operations on lists that are sets: which elements come and go, by their values, whatever else is in the set.
import { isJsonObject, type Json } from '@lockstep/kernel/json'
import type { Found } from './attribute-path.ts'
import type { ClientProfile } from './client-profile.ts'
import type { Filter } from './filter.ts'
import { readValue } from './read-value.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

/** What becomes of a set; `replace` names all that is in it from then on. */
export interface SetChange {
  readonly attribute: string
  readonly verb: 'add' | 'remove' | 'replace'
  readonly values: readonly string[]
}

interface Asked {
  readonly verb: 'add' | 'remove' | 'replace'
  readonly value: Json | undefined
}

/** Reads an operation on a set. Refuses with invalidFilter, invalidValue, mutability and noTarget. */
export function readSetChange(
  { attribute, sub, where }: Found & { readonly where?: Filter },
  { verb, value }: Asked,
  profile: ClientProfile,
): SetChange {
  const { name } = attribute
  if (sub !== undefined)
    throw new ScimRefusal('mutability', `What is in ${quoted(name)} does not change; add or remove it.`)
  if (where !== undefined) {
    if (verb !== 'remove')
      throw new ScimRefusal('mutability', `What is in ${quoted(name)} does not change; add or remove it.`)
    return { attribute: name, verb, values: valuesNamed(where, name) }
  }
  const isNothing =
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  // Nothing in place of a list names nothing; without any value the whole set is meant.
  if (verb === 'remove' && isNothing)
    return Array.isArray(value)
      ? { attribute: name, verb, values: [] }
      : { attribute: name, verb: 'replace', values: [] }
  if (verb === 'remove' && !profile.removesLoosely) return { attribute: name, verb: 'replace', values: [] }
  return { attribute: name, verb, values: setValues(readValue(attribute, value, profile)) }
}

/** The values of a set's elements. */
export function setValues(list: Json | undefined): readonly string[] {
  return (Array.isArray(list) ? (list as readonly Json[]) : []).map((element) => {
    const value = isJsonObject(element) ? element['value'] : element
    if (typeof value !== 'string') throw new ScimRefusal('invalidValue', 'Every element needs a value.')
    return value
  })
}

/** What several changes lead to, in one that replaces or at most two: whoever is taken away and brought back stays. */
export function settledSets(changes: readonly SetChange[]): readonly SetChange[] {
  return [...Map.groupBy(changes, ({ attribute }) => attribute)].flatMap(([attribute, ofSet]): readonly SetChange[] => {
    const added = new Set<string>()
    const removed = new Set<string>()
    for (const { verb, values } of ofSet) {
      if (verb === 'replace') {
        added.clear()
        removed.clear()
      }
      const [comes, goes] = verb === 'remove' ? [removed, added] : [added, removed]
      for (const value of values) {
        comes.add(value)
        goes.delete(value)
      }
    }
    if (ofSet.some(({ verb }) => verb === 'replace')) return [{ attribute, verb: 'replace', values: [...added] }]
    const settled = [
      { attribute, verb: 'add', values: [...added] },
      { attribute, verb: 'remove', values: [...removed] },
    ] satisfies readonly SetChange[]
    return settled.filter(({ values }) => values.length > 0)
  })
}

function valuesNamed(where: Filter, name: string): readonly string[] {
  if ('or' in where) return where.or.flatMap((part) => valuesNamed(part, name))
  if (
    'operator' in where &&
    where.path.toLowerCase() === 'value' &&
    where.operator === 'eq' &&
    typeof where.value === 'string'
  )
    return [where.value]
  throw new ScimRefusal('invalidFilter', `In ${quoted(name)} elements are named by value eq "…".`)
}
