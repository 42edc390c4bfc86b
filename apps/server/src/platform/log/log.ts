import { pino, type DestinationStream, type Logger } from 'pino'
import { censor, redactedPaths, serializeError } from './redaction.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LogMethod {
  (message: string): void
  /** An error goes into the field `err`. */
  (fields: Readonly<Record<string, unknown>>, message: string): void
}

/** What the code logs with; any pino logger is one. */
export interface Log {
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  readonly fatal: LogMethod
  child(fields: Record<string, unknown>): Log
}

export interface LogOptions {
  readonly level: LogLevel
  /** Default: standard error; standard output is reserved for the lines that scripts read. */
  readonly destination?: DestinationStream
}

const stderr = 2

/**
 * Makes the process's log: one JSON object a line, secrets redacted. The answer is a pino logger, as Fastify wants one.
 */
export function createLog({ level, destination }: LogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor },
      serializers: { err: serializeError, error: serializeError },
    },
    destination ?? pino.destination({ dest: stderr, sync: true }),
  )
}

/** A log that says nothing, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' })
