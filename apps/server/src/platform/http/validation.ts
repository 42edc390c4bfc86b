import { AppError } from '@lockstep/contract/app-error'
import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'
import { compileConversion } from './conversion.ts'

/** Checks a value against a compiled schema and gives it back in the schema's type, or refuses naming the field. */
export type Validate = (value: unknown) => unknown

interface Failure {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

const formats: Readonly<Record<string, string>> = { 'date-time': 'a date and time such as 2026-01-31T09:00:00Z' }

/** Compiles a schema once. `convert` turns text into numbers and booleans first and drops unknown fields (`tolerant`). */
export function compileValidator(
  schema: TSchema,
  where: 'params' | 'query' | 'body',
  options: { readonly convert: boolean; readonly tolerant: boolean },
): Validate {
  // Compiled when first needed: of some five hundred routes a hub uses a few dozen, and their checks are megabytes.
  let compiled: ReturnType<typeof Compile> | undefined
  const convert = options.convert ? compileConversion(schema, options.tolerant) : (value: unknown) => value
  return (value) => {
    compiled ??= Compile(schema)
    if (where !== 'body') refuseUnstorableText(value, where)
    const candidate = convert(value ?? (where === 'body' ? undefined : {}))
    if (compiled.Check(candidate)) return candidate
    throw describe(compiled.Errors(candidate), where)
  }
}

function describe(failures: readonly Failure[], where: string): AppError {
  const unknown = failures.find((failure) => failure.keyword === 'additionalProperties')
  const deepest = failures.filter((failure) => failure.keyword !== 'boolean')
  const first = unknown ?? deepest.find((failure) => failure.keyword !== 'anyOf') ?? failures[0]
  if (first === undefined) return new AppError('invalid_request', { field: where })
  const extra = (first.params as { additionalProperties?: readonly string[] }).additionalProperties
  const missing = (first.params as { requiredProperties?: readonly string[] }).requiredProperties
  const leaf = first.keyword === 'additionalProperties' ? extra?.[0] : missing?.[0]
  const path = fieldPath(first.instancePath, leaf)
  const field = path === '' ? where : path
  return new AppError('invalid_request', { field, detail: `${field}: ${sentence(first, failures)}` })
}

function fieldPath(pointer: string, leaf: string | undefined): string {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (leaf !== undefined) parts.push(leaf)
  return parts.map((part) => part.slice(0, 100)).join('.')
}

function sentence(failure: Failure, all: readonly Failure[]): string {
  if (failure.keyword === 'additionalProperties') return 'is not known here. Leave it out or correct its name.'
  if (failure.keyword === 'required') return 'is required.'
  if (failure.keyword === 'format') {
    const format = (failure.params as { format?: string }).format ?? ''
    return `must be ${formats[format] ?? format}.`
  }
  if (failure.keyword === 'const') {
    const values = all
      .filter((other) => other.keyword === 'const' && other.instancePath === failure.instancePath)
      .map((other) => JSON.stringify((other.params as { allowedValue?: unknown }).allowedValue))
    return `must be one of ${[...new Set(values)].join(', ')}.`
  }
  if (failure.keyword === 'pattern') return 'does not have the right form.'
  return `${failure.message}.`
}

/** PostgreSQL's text cannot hold NUL, and escapes may smuggle in halves of surrogate pairs: both are refused by field. */
export function refuseUnstorableText(value: unknown, where: string): void {
  const path = unstorablePath(value)
  if (path === undefined) return
  const field = path.join('.') || where
  throw new AppError('invalid_request', {
    field,
    detail: `${field}: contains a character that cannot be stored (NUL or half a surrogate pair).`,
  })
}

/** Where the first such text stands; the path is made on the way back only, because nearly every value is in order. */
function unstorablePath(value: unknown): string[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : []
  if (typeof value !== 'object' || value === null) return undefined
  const isList = Array.isArray(value)
  for (const key in value) {
    if (!isList && !isStorable(key)) return []
    const path = unstorablePath((value as Record<string, unknown>)[key])
    if (path !== undefined) return [key, ...path]
  }
  return undefined
}

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}
