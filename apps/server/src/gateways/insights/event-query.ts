// The body of an event query: what JumpCloud documents for its Directory Insights API, read leniently where the documentation is lenient
// (a nonsensical limit or sort is the default) and strictly where a mistake would show the wrong events.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
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
const maxTextLength = 1000
const maxWords = 20
/** Of an interval, in its unit. */
const maxIntervalValue = 10_000
const maxOffsetMinutes = 18 * 60

const anything = Type.Optional(Type.Unknown())

/** The fields are read one by one, so that each refusal says what is allowed; the schema says what they are meant to be. */
export const EventBody = Type.Object({
  service: Type.Optional(Type.Union([Type.Array(Type.String(), { minItems: 1 }), Type.Unknown()])),
  start_time: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Unknown()])),
  end_time: anything,
  search_term: anything,
  q: anything,
  exact_match: anything,
  limit: anything,
  skip: anything,
  sort: anything,
  fields: anything,
  search_after: anything,
  field: Type.Optional(Type.Union([Type.String(), Type.Unknown()])),
  interval_unit: Type.Optional(Type.Union([Type.String(), Type.Unknown()])),
  interval_value: anything,
  timezone: anything,
})

/** A query's body, as sent. */
export type EventBody = Readonly<Static<typeof EventBody>>

/** Which events a query asks for; undefined: those of services that a hub does not have, thus none. */
export function parseSelection(body: EventBody, now: Date): EventSelection | undefined {
  const asked = parseServices(body.service)
  const since = parseTime(body.start_time, 'start_time')
  const until = isAbsent(body.end_time) ? undefined : parseTime(body.end_time, 'end_time')
  if (since > now) throw refuse('start_time', 'lies in the future.')
  if (until !== undefined && until < since) throw refuse('end_time', 'lies before start_time.')
  const condition = isAbsent(body.search_term) ? undefined : parseSearchTerm(body.search_term as Json)
  const texts = [...parseText(body.q, 'q').split(/\s+/), parseText(body.exact_match, 'exact_match').trim()]
    .filter((words) => words !== '')
    .slice(0, maxWords)
  if (!asked.includes('all') && !asked.includes('directory')) return undefined
  return {
    since,
    ...(until === undefined ? {} : { until }),
    ...(condition === undefined ? {} : { condition }),
    ...(texts.length === 0 ? {} : { texts }),
  }
}

/** The page of a listing that a query asks for. */
export function parsePage(body: EventBody): Omit<EventListing, keyof EventSelection> {
  const limit = wholeNumber(body.limit)
  const fields = parseFields(body.fields)
  const after = parseSearchAfter(body.search_after)
  return {
    descending: String(body.sort).toUpperCase() === 'DESC',
    limit: limit === undefined || limit < 1 ? defaultLimit : Math.min(limit, maxLimit),
    skip: parseSkip(body.skip),
    ...(fields === undefined ? {} : { fields }),
    ...(after === undefined ? {} : { after }),
  }
}

/** Seconds of an interval and of the time zone's offset. */
export function parseInterval(body: EventBody): { readonly seconds: number; readonly offsetSeconds: number } {
  const units: ReadonlyMap<unknown, number> = new Map([
    ['s', 1],
    ['m', 60],
    ['h', 3600],
    ['d', 86_400],
    ['w', 604_800],
  ])
  const unit = units.get(body.interval_unit)
  if (unit === undefined) throw refuse('interval_unit', 'must be s, m, h, d or w.')
  const value = isAbsent(body.interval_value) ? 1 : wholeNumber(body.interval_value)
  if (value === undefined || value < 1 || value > maxIntervalValue)
    throw refuse('interval_value', `must be a whole number from 1 to ${maxIntervalValue}.`)
  return { seconds: unit * value, offsetSeconds: parseOffset(body.timezone) }
}

/** The field whose values a query wants counted. */
export function parseField(body: EventBody): string {
  const { field } = body
  if (typeof field !== 'string' || field === '') throw refuse('field', 'is required: the event field to count by.')
  return field
}

function parseServices(given: unknown): readonly string[] {
  const names = typeof given === 'string' ? [given] : given
  const known = Array.isArray(names) && names.every((name) => services.includes(name as string))
  if (!known || names.length === 0) throw refuse('service', `must be a list of any of ${services.join(', ')}.`)
  return names as readonly string[]
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?([zZ]|[+-]\d\d:?\d\d)?)?$/

/** A time without a zone is UTC. */
function parseTime(given: unknown, field: string): Date {
  const parts = typeof given === 'string' ? timePattern.exec(given) : null
  const [text = '', year = '', month = '', day = '', zone = 'Z'] = parts ?? []
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  const clock = text
    .slice(10)
    .replace(/([zZ]|[+-]\d\d:?\d\d)$/, '')
    .slice(1)
  const offset = zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()
  const time = new Date(`${text.slice(0, 10)}T${clock === '' ? '00:00' : clock}${offset}`)
  if (parts === null || !isDay || Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1)
    throw refuse(field, `${isAbsent(given) ? 'is required:' : 'must be'} a date and time such as 2026-01-31T09:00:00Z.`)
  return time
}

function parseText(given: unknown, field: string): string {
  if (isAbsent(given)) return ''
  if (typeof given !== 'string' || given.length > maxTextLength)
    throw refuse(field, `must be text of at most ${maxTextLength} characters.`)
  return given
}

function parseFields(given: unknown): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined
  const isList = Array.isArray(given) && given.length > 0 && given.length <= maxFields
  if (!isList || !given.every((field) => typeof field === 'string' && field !== ''))
    throw refuse('fields', `must be a list of 1 to ${maxFields} names of event fields.`)
  return given as readonly string[]
}

function parseSkip(given: unknown): number {
  const skip = isAbsent(given) ? 0 : wholeNumber(given)
  if (skip === undefined || skip < 0 || skip > maxSkip)
    throw refuse('skip', `must be a whole number from 0 to ${maxSkip}; use search_after to read on.`)
  return skip
}

/** What `X-Search_after` said: the last event's time in milliseconds and its id; of an empty page nothing. */
function parseSearchAfter(given: unknown): { readonly at: Date; readonly seq: number } | undefined {
  if (isAbsent(given) || (Array.isArray(given) && given.length === 0)) return undefined
  const [time, id] = Array.isArray(given) && given.length === 2 ? (given as readonly unknown[]).map(wholeNumber) : []
  const at = new Date(time ?? Number.NaN)
  if (id === undefined || id < 0 || Number.isNaN(at.getTime()) || !isStorable(at))
    throw refuse('search_after', 'must be the value of the X-Search_after header of the page before.')
  return { at, seq: id }
}

/** PostgreSQL and JavaScript write the years 1 to 9999 the same way. */
function isStorable(time: Date): boolean {
  return time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9999
}

function parseOffset(given: unknown): number {
  if (isAbsent(given) || given === 'Z' || given === 'UTC') return 0
  const parts = typeof given === 'string' ? /^([+-])(\d\d):?([0-5]\d)$/.exec(given) : null
  const minutes = Number(parts?.[2]) * 60 + Number(parts?.[3])
  if (parts === null || minutes > maxOffsetMinutes) throw refuse('timezone', 'must be an offset such as -0500.')
  return (parts[1] === '-' ? -60 : 60) * minutes
}

/** A whole number, also one that is written as text. */
function wholeNumber(given: unknown): number | undefined {
  const isNumeral = typeof given === 'string' && /^-?\d{1,15}$/.test(given.trim())
  const number = typeof given === 'number' || isNumeral ? Number(given) : undefined
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined
}

function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return isJsonObject(value) && Object.keys(value).length === 0
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
