import pg from 'pg'

export type DatabaseErrorKind = 'unique' | 'foreignKey' | 'check' | 'notNull' | 'serialization' | 'deadlock' | 'other'

/** A statement that PostgreSQL refused. The message names what was violated, never the values of the row. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly kind: DatabaseErrorKind
  /** The five characters of SQLSTATE. */
  readonly sqlState: string
  readonly constraint: string | undefined
  readonly table: string | undefined

  constructor(cause: pg.DatabaseError) {
    super(cause.message, { cause: withoutValues(cause) })
    this.kind = kinds[cause.code ?? ''] ?? 'other'
    this.sqlState = cause.code ?? 'XX000'
    this.constraint = cause.constraint
    this.table = cause.table
  }
}

/**
 * The database cannot be reached, or the connection was lost. A commit that was under way may or may not have happened.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  readonly sqlState: string

  constructor(cause: unknown) {
    super('the database is unavailable', { cause })
    this.sqlState = codeOf(cause) ?? '08000'
  }
}

const kinds: Readonly<Record<string, DatabaseErrorKind>> = {
  '23505': 'unique',
  '23503': 'foreignKey',
  '23514': 'check',
  '23502': 'notNull',
  '40001': 'serialization',
  '40P01': 'deadlock',
}

// Class 08 is every connection exception; 57P01 to 57P05 are shutdown, crash, not ready yet, database dropped and idle
// session; 53300 is no free connection slot; 25P03 is the idle-in-transaction timeout, which ends the connection.
const unavailableStates = /^(08...|57P0[1-5]|53300|25P03)$/
const socketCodes = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES',
]) // prettier-ignore
// What `pg` says about a dead connection carries no code.
const driverMessages =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after)/

/**
 * Turns what `pg` throws into `DatabaseError` or `DatabaseUnavailable`; anything else (a bug of ours) stays as it is.
 */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError || error instanceof DatabaseUnavailable) return error
  const code = codeOf(error)
  if (code !== undefined && unavailableStates.test(code)) return new DatabaseUnavailable(error)
  if (error instanceof pg.DatabaseError) return new DatabaseError(error)
  if (!(error instanceof Error)) return error
  const lost = (code !== undefined && socketCodes.has(code)) || driverMessages.test(error.message)
  return lost ? new DatabaseUnavailable(error) : error
}

/** True when the same transaction, run again, can succeed. */
export function isRetryable(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.kind === 'serialization' || error.kind === 'deadlock')
}

/** True for a violated unique constraint or index; with `constraint`, of just that one. */
export function isUniqueViolation(error: unknown, constraint?: string): error is DatabaseError {
  return isViolation(error, 'unique', constraint)
}

/** True for a violated foreign key; with `constraint`, of just that one. */
export function isForeignKeyViolation(error: unknown, constraint?: string): error is DatabaseError {
  return isViolation(error, 'foreignKey', constraint)
}

/** True for a violated check; with `constraint`, of just that one. */
export function isCheckViolation(error: unknown, constraint?: string): error is DatabaseError {
  return isViolation(error, 'check', constraint)
}

function isViolation(error: unknown, kind: DatabaseErrorKind, constraint: string | undefined): error is DatabaseError {
  return (
    error instanceof DatabaseError &&
    error.kind === kind &&
    (constraint === undefined || error.constraint === constraint)
  )
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/**
 * PostgreSQL puts the clashing or failing row into `detail` and `where`; those are people's values and stay out of
 * logs.
 */
function withoutValues(error: pg.DatabaseError): pg.DatabaseError {
  error.detail = undefined
  error.where = undefined
  error.internalQuery = undefined
  return error
}
