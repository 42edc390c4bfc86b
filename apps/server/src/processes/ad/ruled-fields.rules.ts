// What translation rules make of an object that is imported. Pure.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { sha256 } from '@lockstep/kernel/digest'
import type { Translation, TranslationMoment } from './translation.rules.ts'

/** By field; a custom attribute stands under `customAttributes.` and its name. */
export type RuledFields = Readonly<Record<TranslationMoment, Readonly<Record<string, string>>>>

const customPrefix = 'customAttributes.'

/** What the rules of one domain make of an object's attributes; an attribute that the object does not have makes an empty text. */
export function ruledFields(rules: readonly Translation[], attributes: JsonObject): RuledFields {
  const of = (moment: TranslationMoment): Record<string, string> =>
    Object.fromEntries(
      rules
        .filter(({ direction, appliedOn }) => direction === 'IMPORT' && appliedOn.includes(moment))
        .map(({ sourceType, source, destination }) => [
          destination,
          sourceType === 'CONSTANT' ? source : textOf(attributes, source),
        ]),
    )
  return { CREATE: of('CREATE'), UPDATE: of('UPDATE') }
}

function textOf(attributes: JsonObject, name: string): string {
  // Attribute names have no letter case (RFC 4512, section 2.5); agents send them as the schema or the rule spells them.
  const lower = name.toLowerCase()
  const key = name in attributes ? name : Object.keys(attributes).find((each) => each.toLowerCase() === lower)
  const value = key === undefined ? undefined : attributes[key]
  return typeof value === 'string' ? value.trim() : ''
}

/** The fields that rules set on users who exist, and that are therefore the domain's; custom attributes belong to nobody. */
export function ruledDestinations(rules: readonly Translation[]): readonly string[] {
  return rules.flatMap(({ direction, destination, appliedOn }) =>
    direction === 'IMPORT' && appliedOn.includes('UPDATE') && !destination.startsWith(customPrefix)
      ? [destination]
      : [],
  )
}

/** Ruled fields as input for a user: custom attributes beside those that the user has. */
export function ruledInput(ruled: Readonly<Record<string, string>>, present: Json | undefined): Record<string, Json> {
  const input: Record<string, Json> = {}
  const custom = new Map<string, string>()
  for (const [field, value] of Object.entries(ruled)) {
    if (field.startsWith(customPrefix)) custom.set(field.slice(customPrefix.length), value)
    else input[field] = value
  }
  if (custom.size > 0) input['attributes'] = customRows(custom, present)
  return input
}

function customRows(values: ReadonlyMap<string, string>, present: Json | undefined): readonly Json[] {
  const rows = Array.isArray(present) ? (present as readonly Json[]).filter(isJsonObject) : []
  const left = new Map([...values].map(([name, value]) => [name.toLowerCase(), { name, value }]))
  const kept = rows.flatMap((row): Json[] => {
    const key = typeof row['name'] === 'string' ? row['name'].toLowerCase() : ''
    const next = left.get(key)
    left.delete(key)
    if (next === undefined) return [row]
    return next.value === '' ? [] : [row['value'] === next.value ? row : { ...row, value: next.value }]
  })
  const added = [...left.values()].flatMap(({ name, value }): Json[] =>
    value === '' ? [] : [{ _id: sha256(`attribute\n${name}`).toString('hex').slice(0, 24), name, value }],
  )
  return [...kept, ...added]
}
