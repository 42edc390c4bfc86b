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

/** Writes one JSON object a line. */
export function createLog(agent: string, write: (line: string) => void): AgentLog {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      write(`${JSON.stringify({ time: new Date().toISOString(), level, agent, message, ...fields })}\n`)
  return { info: at('info'), warn: at('warn'), error: at('error') }
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
