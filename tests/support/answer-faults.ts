// What no answer may be, whatever was asked.
import { Problem } from '@lockstep/contract/problem'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Gateway, Route } from '../../apps/server/src/platform/http/route.ts'
import type { Answer } from './http-call.ts'

const problem = Compile(Problem)
const root = new URL('../..', import.meta.url).pathname

/** Texts that tell strangers how the hub is made. */
const leaks: readonly RegExp[] = [
  /\bat (async )?[\w.<>]+ \(|\n\s+at /,
  /\.ts:\d+|node:internal|node_modules/,
  /\bsyntax error at\b|\bviolates\b.*\bconstraint\b|\brelation "|\bcolumn "|duplicate key value|invalid input syntax|operator does not exist/,
  /\b(select|insert|update|delete)\b[^"]{0,80}\b(from|into|set|where)\b [^"]*\$\d/i,
  /\$argon2|BEGIN PRIVATE KEY/,
  /TypeError|RangeError|SyntaxError|Cannot read propert|is not a function|is not iterable/,
]

export interface Judged {
  readonly gateway: Gateway
  readonly route: Route
  readonly answer: Answer
  /** Values that may not appear in any answer. */
  readonly secrets: readonly string[]
}

/** What is wrong with an answer, in words; empty when nothing is. */
export function answerFaults({ gateway, route, answer, secrets }: Judged): readonly string[] {
  const { status, text, headers, isStream } = answer
  const faults: string[] = []
  // What the hub says it does not have is a refusal like others.
  const isRefusal = (status >= 400 && status < 500) || status === 501
  if (status >= 500 && !isRefusal) faults.push(`status ${status}`)
  if (status >= 300 && status < 400 && status !== 304) faults.push(`redirects with ${status}`)
  if (isRefusal) faults.push(...refusalFaults(gateway, answer))
  if (status < 300 && !isStream) faults.push(...successFaults(route, answer, gateway.tolerant))
  // A program that is downloaded has the words of programs in it.
  const isProgram = status === 200 && String(headers['content-type']).startsWith('text/javascript')
  for (const leak of isProgram ? [] : leaks)
    if (leak.test(text)) faults.push(`tells of the inside: ${leak.exec(text)?.[0]}`)
  if (text.includes(root)) faults.push('names a path of this machine')
  if (secrets.some((secret) => text.includes(secret))) faults.push('shows a secret')
  if (headers['x-injected'] !== undefined) faults.push('let a header be injected')
  if (!isStream && headers['x-content-type-options'] !== 'nosniff') faults.push('lacks nosniff')
  return faults
}

function refusalFaults(gateway: Gateway, { status, headers, body }: Answer): readonly string[] {
  const type = String(headers['content-type'])
  if (body === undefined) return [`${status} without JSON`]
  if (gateway.name === 'scim' && type === 'application/scim+json')
    return body.status === String(status) && isText(body.detail) ? [] : [`${status} is no SCIM error`]
  // An address that is too long is refused before it is known whose it is.
  if (gateway.tolerant && status !== 431) {
    if (!type.startsWith('application/json')) return [`${status} as ${type}`]
    if (typeof body.message !== 'string' || body.message === '' || body.code !== status)
      return [`${status} is no wire error`]
    return status === 400 && !isText(body.field) && body.details === undefined ? ['400 names no field'] : []
  }
  if (!type.startsWith('application/problem+json')) return [`${status} as ${type}`]
  if (!problem.Check(body) || body.status !== status) return [`${status} is no problem`]
  return status === 400 && !isText(body.field) ? ['400 names no field'] : []
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

const compiled = new Map<TSchema, ReturnType<typeof Compile>>()

function successFaults(route: Route, { status, body, text }: Answer, tolerant: boolean): readonly string[] {
  const { reply } = route
  if (reply?.status !== undefined && reply.status !== status) return [`status ${status} instead of ${reply.status}`]
  if (status === 204) return text === '' ? [] : ['204 with a body']
  if (reply?.schema === undefined) return body === undefined && tolerant ? ['no JSON'] : []
  const check = compiled.get(reply.schema) ?? Compile(reply.schema)
  compiled.set(reply.schema, check)
  if (check.Check(body)) return []
  const [first] = check.Errors(body) as unknown as readonly { instancePath: string; message: string }[]
  return [`the answer is not of its schema: ${first?.instancePath} ${first?.message}`]
}
