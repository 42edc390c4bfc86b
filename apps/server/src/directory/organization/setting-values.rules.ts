// Reads the values of settings as JumpCloud's store does: numbers and booleans may be text, null empties a text.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

/** What a setting may be. `any` is kept as it comes, within the limit of its size as JSON. */
export type SettingRule =
  | { readonly kind: 'flag' }
  | { readonly kind: 'text'; readonly max: number; readonly min?: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'object'; readonly fields: SettingRules }
  | { readonly kind: 'any'; readonly max: number; readonly list?: boolean }

export type SettingRules = Readonly<Record<string, SettingRule>>

/** The known settings of an input; unknown ones are left out. Refuses with `invalid_request`, naming the setting. */
export function readSettings(input: JsonObject, rules: SettingRules, path = ''): JsonObject {
  const read: Record<string, Json> = {}
  for (const [name, rule] of Object.entries(rules)) {
    const value = input[name]
    if (value !== undefined) read[name] = readValue(value, rule, `${path}${name}`)
  }
  return read
}

function readValue(value: Json, rule: SettingRule, path: string): Json {
  switch (rule.kind) {
    case 'flag':
      return readFlag(value, path)
    case 'text':
      return readText(value, rule, path)
    case 'number':
      return readNumber(value, rule, path)
    case 'choice':
      if (typeof value !== 'string' || !rule.values.includes(value))
        throw refuse(path, `must be one of ${rule.values.join(', ')}.`)
      return value
    case 'object':
      if (!isJsonObject(value)) throw refuse(path, 'must be an object.')
      return readSettings(value, rule.fields, `${path}.`)
    case 'any':
      if (rule.list === true ? !Array.isArray(value) : !isJsonObject(value))
        throw refuse(path, rule.list === true ? 'must be a list.' : 'must be an object.')
      if (JSON.stringify(value).length > rule.max) throw refuse(path, `may have at most ${rule.max} characters.`)
      return value
  }
}

function readFlag(value: Json, path: string): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw refuse(path, 'must be true or false.')
}

function readText(
  value: Json,
  { min = 0, max }: { readonly min?: number; readonly max: number },
  path: string,
): string {
  if (value !== null && typeof value !== 'string') throw refuse(path, 'must be text.')
  const text = (value ?? '').trim()
  if (text.length < min || text.length > max) throw refuse(path, `must have ${min} to ${max} characters.`)
  return text
}

function readNumber(value: Json, { min, max }: { readonly min: number; readonly max: number }, path: string): number {
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max)
    throw refuse(path, `must be a whole number from ${min} to ${max}.`)
  return number
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
