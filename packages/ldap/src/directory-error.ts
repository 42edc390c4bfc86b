import { adCodes, kindOfResultCode, remedyOf } from './error-catalogue.ts'
import type { DirectoryErrorKind } from './directory-error-kind.ts'
import type { LdapResult } from './ldap-result.ts'

/** The facts of a failure; `operation` completes "could not …" and names no object. */
export interface DirectoryErrorFacts {
  readonly kind: DirectoryErrorKind
  readonly operation: string
  readonly resultCode?: number
  readonly adCode?: string
  readonly subCode?: string
  readonly attribute?: string
  readonly remedy?: string
  readonly cause?: unknown
}

const retryableKinds: ReadonlySet<DirectoryErrorKind> = new Set([
  'busy',
  'connection',
  'time_limit',
  'timeout',
  'unavailable',
])

/**
 * A failed directory operation. The message is made of codes and schema names only: servers put values into their
 * diagnostic text, so that text is never kept.
 */
export class DirectoryError extends Error {
  readonly kind: DirectoryErrorKind
  /** LDAP result code (RFC 4511 section 4.1.9), when the server answered. */
  readonly resultCode: number | undefined
  /** The Windows error code that leads Active Directory's diagnostic text: eight upper-case hexadecimal digits. */
  readonly adCode: string | undefined
  /** The `data xxx` of a refused bind, lower-case hexadecimal. */
  readonly subCode: string | undefined
  /** The attribute the server complained about, when it named one. */
  readonly attribute: string | undefined
  /** What an administrator can do about it. */
  readonly remedy: string
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean

  constructor(facts: DirectoryErrorFacts) {
    super(describe(facts), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'DirectoryError'
    this.kind = facts.kind
    this.resultCode = facts.resultCode
    this.adCode = facts.adCode
    this.subCode = facts.subCode
    this.attribute = facts.attribute
    this.remedy = facts.remedy ?? remedyOf(facts.kind, facts.adCode)
    this.retryable = retryableKinds.has(facts.kind)
  }
}

/** Turns a result with a code other than success into an error (codes: RFC 4511 appendix A, MS-ADTS 3.1.1.3.1.9). */
export function errorOfResult(operation: string, result: LdapResult): DirectoryError {
  const { resultCode, diagnosticMessage } = result
  const adCode = /^([0-9a-f]{8}):/i.exec(diagnosticMessage)?.[1]?.toUpperCase()
  const subCode = /\bdata ([0-9a-f]{1,8})\b/i.exec(diagnosticMessage)?.[1]?.toLowerCase()
  const attribute = /\bAtt [0-9a-f]+ \(([A-Za-z][\w-]*)\)/.exec(diagnosticMessage)?.[1]
  const known = adCode === undefined ? undefined : adCodes.get(adCode)
  return new DirectoryError({
    kind: known?.kind ?? kindOfResultCode(resultCode),
    operation,
    resultCode,
    ...(adCode === undefined ? {} : { adCode }),
    ...(subCode === undefined || resultCode !== 49 ? {} : { subCode }),
    ...(attribute === undefined ? {} : { attribute }),
  })
}

function describe({ kind, operation, resultCode, adCode, subCode, attribute }: DirectoryErrorFacts): string {
  const codes: string[] = []
  if (resultCode !== undefined) codes.push(`result ${resultCode}`)
  if (adCode !== undefined) codes.push(`code ${adCode}`)
  if (subCode !== undefined) codes.push(`sub-code ${subCode}`)
  if (attribute !== undefined) codes.push(`attribute ${attribute}`)
  const detail = codes.length === 0 ? '' : ` (${codes.join(', ')})`
  return `could not ${operation}: ${kind.replaceAll('_', ' ')}${detail}`
}
