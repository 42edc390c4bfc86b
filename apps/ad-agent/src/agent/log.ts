import { HubError } from '@lockstep/client/hub-error'
import { DirectoryError } from '@lockstep/ldap/directory-error'

/** Facts of a log line; never a secret, and names of people only as GUIDs or ids. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Where an agent says what it does. */
export interface AgentLog {
  readonly info: (message: string, fields?: LogFields) => void
  readonly warn: (message: string, fields?: LogFields) => void
  readonly error: (message: string, fields?: LogFields) => void
}

type Level = keyof AgentLog

export interface LogOptions {
  readonly agent: string
  /** Gets one JSON object a line. */
  readonly write: (line: string) => void
  /** Gets the same, in parts. */
  readonly keep?: (level: Level, message: string, fields: LogFields) => void
  /** What must never be logged, should a text ever contain it. */
  readonly secrets?: () => readonly string[]
}

/** Shorter texts stand by chance in others, which would then be unreadable. */
const secretLength = 6

/** Makes the log of an agent. */
export function createLog({ agent, write, keep, secrets = () => [] }: LogOptions): AgentLog {
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void => {
      const safe = without(secrets(), fields)
      write(`${JSON.stringify({ time: new Date().toISOString(), level, agent, message, ...safe })}\n`)
      keep?.(level, message, safe)
    }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

function without(secrets: readonly string[], fields: LogFields): LogFields {
  const hidden = secrets.filter((secret) => secret.length >= secretLength)
  const clean = (text: string): string => hidden.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text)
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]),
  )
}

/** The line that says how many could not be written. */
export function lostLines(agent: string, lines: number): string {
  const message = 'Lines of this log were lost: nothing could be written'
  return `${JSON.stringify({ time: new Date().toISOString(), level: 'warn', agent, message, lines })}\n`
}

/** What may be logged of a failure: directory and hub errors are made of codes and fixed words. */
export function failureFields(error: unknown): LogFields {
  if (error instanceof DirectoryError) return { kind: error.kind, error: error.message, remedy: error.remedy }
  if (error instanceof HubError) {
    const { status, code, detail, requestId } = error
    return { kind: 'hub', status, code, error: detail, ...(requestId === undefined ? {} : { requestId }) }
  }
  return { kind: 'internal', error: error instanceof Error ? error.message : String(error) }
}
