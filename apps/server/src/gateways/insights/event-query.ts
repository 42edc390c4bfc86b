// The body of an event query: what JumpCloud documents for its Directory Insights API, read leniently where the documentation is lenient
// (a nonsensical limit or sort is the default) and strictly where a mistake would show the wrong events.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import Type from 'typebox'
import type { InsightService } from '../../directory/journal/insight.service.ts'
import { parseSearchTerm } from './search-term.ts'

type EventSelection = Parameters<InsightService['count']>[0]
type EventListing = Parameters<InsightService['list']>[0]

/** Events of other services do not happen in a hub; asking for them is answered with none. */
const services = [
  'all',
  'access_management',
  'ai_admin',
  'aigw',
  'alert',
  'alerts',
  'asset_management',
  'directory',
  'genai',
  'generic_di',
  'ldap',
  'mdm',
  'notifications',
  'object_storage',
  'password_manager',
  'password_vault',
  'radius',
  'reports',
  'saas_app_management',
  'scheduled_reports',
  'software',
  'sso',
  'systems',
  'workflows',
]

const defaultLimit = 1000
const maxLimit = 10_000
const maxSkip = 1_000_000
const maxFields = 100

/** Any JSON object: the fields are read one by one, so that each refusal says what is allowed. */
export const EventBody = Type.Record(Type.String(), Type.Unknown())

/** A query's body, as sent. */
export type EventBody = Readonly<Record<string, unknown>>

/** Which events a query asks for; undefined: those of services that a hub does not have, thus none. */
export function parseSelection(body: EventBody, now: Date): EventSelection | undefined {
  const asked = parseServices(body['service'])
  const since = parseTime(body['start_time'], 'start_time')
  const end = body['end_time']
  const until = isAbsent(end) ? now : parseTime(end, 'end_time')
  if (since > now) throw refuse('start_time', 'lies in the future.')
  if (until < since) throw refuse('end_time', 'lies before start_time.')
  const condition = isAbsent(body['search_term']) ? undefined : parseSearchTerm(body['search_term'] as Json)
  const words = body['q'] ?? body['exact_match']
  if (!isAbsent(words) && typeof words !== 'string') throw refuse('q', 'must be text.')
  if (!asked.includes('all') && !asked.includes('directory')) return undefined
  return {
    since,
    until,
    ...(condition === undefined ? {} : { condition }),
    ...(typeof words === 'string' && words.trim() !== '' ? { text: words.trim() } : {}),
  }
}

/** The page of a listing that a query asks for. */
export function parsePage(body: EventBody): Omit<EventListing, keyof EventSelection> {
  const limit = Number(body['limit'])
  const fields = parseFields(body['fields'])
  const after = parseSearchAfter(body['search_after'])
  return {
    descending: String(body['sort']).toUpperCase() === 'DESC',
    limit: Number.isSafeInteger(limit) && limit >= 1 ? Math.min(limit, maxLimit) : defaultLimit,
    skip: parseSkip(body['skip']),
    ...(fields === undefined ? {} : { fields }),
    ...(after === undefined ? {} : { after }),
  }
}

/** Seconds of an interval and of the time zone's offset. */
export function parseInterval(body: EventBody): { readonly seconds: number; readonly offsetSeconds: number } {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
  const unit = units[String(body['interval_unit'])]
  if (unit === undefined) throw refuse('interval_unit', 'must be s, m, h, d or w.')
  const value = isAbsent(body['interval_value']) ? 1 : Number(body['interval_value'])
  if (!Number.isSafeInteger(value) || value < 1 || value > 10_000)
    throw refuse('interval_value', 'must be a whole number from 1 to 10,000.')
  return { seconds: unit * value, offsetSeconds: parseOffset(body['timezone']) }
}

/** The field whose values a query wants counted. */
export function parseField(body: EventBody): string {
  const field = body['field']
  if (typeof field !== 'string' || field === '') throw refuse('field', 'is required: the event field to count by.')
  return field
}

function parseServices(given: unknown): readonly string[] {
  const names = typeof given === 'string' ? [given] : given
  const known = Array.isArray(names) && names.every((name) => services.includes(name as string))
  if (!known || names.length === 0) throw refuse('service', `must be a list of any of ${services.join(', ')}.`)
  return names as readonly string[]
}

function parseTime(given: unknown, field: string): Date {
  const isTime = typeof given === 'string' && /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([zZ]|[+-]\d\d:?\d\d)?)?$/.test(given)
  const time = isTime ? new Date(hasZone(given) ? given : `${given.replace(' ', 'T')}Z`) : undefined
  if (time === undefined || Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1)
    throw refuse(field, `${isAbsent(given) ? 'is required:' : 'must be'} a date and time such as 2026-01-31T09:00:00Z.`)
  return time
}

/** Without a zone it is UTC; a date alone is UTC anyhow. */
function hasZone(text: string): boolean {
  return text.length === 10 || /([zZ]|[+-]\d\d:?\d\d)$/.test(text.slice(10))
}

function parseFields(given: unknown): readonly string[] | undefined {
  if (isAbsent(given)) return undefined
  const isList = Array.isArray(given) && given.length > 0 && given.length <= maxFields
  if (!isList || !given.every((field) => typeof field === 'string' && field !== ''))
    throw refuse('fields', `must be a list of 1 to ${maxFields} names of event fields.`)
  return given as readonly string[]
}

function parseSkip(given: unknown): number {
  const skip = isAbsent(given) ? 0 : Number(given)
  if (!Number.isSafeInteger(skip) || skip < 0 || skip > maxSkip)
    throw refuse('skip', `must be a whole number from 0 to ${maxSkip}; use search_after to read on.`)
  return skip
}

/** What `X-Search_after` said: the last event's time in milliseconds and its id. */
function parseSearchAfter(given: unknown): { readonly at: Date; readonly seq: number } | undefined {
  if (isAbsent(given)) return undefined
  const [time, id] = Array.isArray(given) ? given : []
  const at = new Date(typeof time === 'object' ? Number.NaN : Number(time))
  const seq = typeof id === 'object' ? Number.NaN : Number(id)
  if (Number.isNaN(at.getTime()) || !Number.isSafeInteger(seq) || seq < 0)
    throw refuse('search_after', 'must be the value of the X-Search_after header of the page before.')
  return { at, seq }
}

function parseOffset(given: unknown): number {
  if (isAbsent(given)) return 0
  const parts = typeof given === 'string' ? /^([+-])(\d\d):?(\d\d)$/.exec(given) : null
  if (given === 'Z' || given === 'UTC') return 0
  if (parts === null) throw refuse('timezone', 'must be an offset such as -0500.')
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3]) * 60)
}

function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '' || (isJsonObject(value as Json) && isEmpty(value as JsonObject))
}

function isEmpty(value: JsonObject): boolean {
  return Object.keys(value).length === 0
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
