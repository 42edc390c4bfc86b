// A body of v1 as the service's input, read the way JumpCloud's store casts it: numbers and booleans may be text, null empties a text.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { UserInput } from '../../directory/users/user.rules.ts'
import { fieldType } from './user-body.ts'
import { castRows } from './user-rows.ts'

/** What a body is read against: the time, and the user's stored fields when there is a user. */
export interface CastFacts {
  readonly now: Date
  readonly stored?: JsonObject
}

const partialFields = new Set(['mfa', 'recoveryEmail'])

/** True when a body can only be read beside the present user: rows keep their ids, and some objects name only what changes. */
export function needsPresentUser(body: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(body).some((name) => fieldType(name) === 'rows' || partialFields.has(name))
}

/** The input that a body means; what it leaves unsaid is left out. */
export function castUser(body: Readonly<Record<string, unknown>>, facts: CastFacts): UserInput {
  const input: Record<string, Json> = {}
  for (const [name, value] of Object.entries(body)) {
    const cast = castField(name, value as Json | undefined, facts)
    if (cast !== undefined) input[name] = cast
  }
  return input
}

function castField(name: string, value: Json | undefined, facts: CastFacts): Json | undefined {
  if (value === undefined) return undefined
  switch (fieldType(name)) {
    case undefined:
      return undefined
    case 'text':
      return castText(name, value)
    case 'nullable_text':
      return value
    case 'id':
      return value === '' ? null : value
    case 'boolean':
      return value ?? undefined
    case 'integer':
      return castInteger(value)
    case 'texts':
      return Array.isArray(value) ? (value as readonly Json[]).filter((item) => item !== null && item !== '') : []
    case 'object':
      return castObject(name, value, facts)
    case 'rows':
      return castRows(name, Array.isArray(value) ? (value as readonly Json[]) : [], {
        now: facts.now,
        present: facts.stored?.[name],
      })
  }
}

function castText(name: string, value: Json): Json | undefined {
  const isUnsaid = value === null || (value === '' && name === 'password')
  if (isUnsaid && (name === 'state' || name === 'password')) return undefined
  return value ?? ''
}

function castInteger(value: Json): Json | undefined {
  if (value === null || value === '') return undefined
  return typeof value === 'string' && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : value
}

function castObject(name: string, value: Json, facts: CastFacts): Json | undefined {
  if (!isJsonObject(value)) return name === 'mfa' ? undefined : value
  const stored = facts.stored?.[name]
  const present = isJsonObject(stored) ? stored : {}
  if (name === 'mfa') return { exclusion: false, configured: false, ...present, ...castMfa(value) }
  if (name === 'recoveryEmail') {
    const address = value['address'] ?? ''
    if (typeof address !== 'string') throw refuse('recoveryEmail.address', 'must be text.')
    return address === present['address'] ? present : { address, verified: false }
  }
  return value
}

const truth: ReadonlyMap<Json, boolean> = new Map<Json, boolean>([
  [true, true],
  ['true', true],
  [1, true],
  ['1', true],
  [false, false],
  ['false', false],
  [0, false],
  ['0', false],
])

function castMfa(value: JsonObject): JsonObject {
  const cast: Record<string, Json> = {}
  for (const name of ['exclusion', 'configured'] as const) {
    const given = value[name]
    if (given === undefined || given === null || given === '') continue
    const meant = truth.get(typeof given === 'string' ? given.toLowerCase() : given)
    if (meant === undefined) throw refuse(`mfa.${name}`, 'must be true or false.')
    cast[name] = meant
  }
  const days = castInteger(value['exclusionDays'] ?? null)
  if (days !== undefined) {
    if (!Number.isSafeInteger(days) || (days as number) < 1)
      throw refuse('mfa.exclusionDays', 'must be a whole number from 1.')
    cast['exclusionDays'] = days
  }
  const until = value['exclusionUntil']
  if (until !== undefined) cast['exclusionUntil'] = until === null || until === '' ? null : castTime(until)
  return cast
}

/** A time as ISO 8601; scripts also send their locale's form, which is read as UTC so that no server's time zone decides. */
function castTime(value: Json): string {
  const text = typeof value === 'string' ? value : ''
  const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2}|GMT|UTC)\s*$/.test(text)
  const time = Date.parse(hasZone ? text : `${text}${/\dT\d/.test(text) ? 'Z' : ' UTC'}`)
  if (Number.isNaN(time)) throw refuse('mfa.exclusionUntil', 'must be a date and time such as 2026-01-31T09:00:00Z.')
  return new Date(time).toISOString()
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
