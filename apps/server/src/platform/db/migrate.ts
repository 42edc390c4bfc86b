import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database, DatabaseSession } from './database.ts'

export type MigrationErrorCode = 'newer' | 'changed' | 'outOfOrder' | 'malformed' | 'failed'

/** Why the schema is not brought up to date; the message says what the administrator or developer can do. */
class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code: MigrationErrorCode

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
}

interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

const fileName = /^(\d{4})_([a-z0-9_]+)\.sql$/
/** Any number that no other advisory lock of ours uses; leaderships hash their names into 64 bits. */
const lockKey = 4_700_101

/**
 * Applies the `NNNN_subject.sql` files that the database does not have yet, each in one transaction, in order of their
 * numbers. Starters that race wait for each other. Rejects with `MigrationError`.
 */
export async function migrate({
  database,
  folder,
}: {
  readonly database: Database
  readonly folder: string
}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder)
  const session = await database.session()
  try {
    await session.query({ text: 'select pg_advisory_lock($1)', values: [lockKey] })
    await session.execute({
      text: `create table if not exists migrations (
        number integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`,
    })
    const applied = await session.query<AppliedMigration>({
      text: 'select number, name, checksum from migrations order by number',
    })
    const pending = pendingMigrations(migrations, applied)
    for (const migration of pending) await apply(session, migration)
    return { applied: pending.map(({ name }) => name) }
  } finally {
    // The end of the session frees the lock.
    await session.close()
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  const migrations = await Promise.all(
    names.map(async (name) => {
      const number = Number(fileName.exec(name)?.[1])
      if (Number.isNaN(number)) throw new MigrationError('malformed', `${name} is not named NNNN_subject.sql`)
      const text = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      return { number, name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
  migrations.forEach((migration, index) => {
    const next = migrations[index + 1]
    if (next?.number === migration.number) {
      throw new MigrationError('malformed', `${migration.name} and ${next.name} have the same number`)
    }
  })
  return migrations
}

/** What is left to do, or why nothing may be done. */
function pendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of applied) {
    const ours = byNumber.get(number)
    if (ours === undefined) {
      throw new MigrationError(
        'newer',
        `The database was made by a newer Lockstep (it has the migration ${name}); start that version, or restore a backup.`,
      )
    }
    if (ours.checksum !== checksum) {
      throw new MigrationError(
        'changed',
        `The migration ${name} was applied with another text than ${ours.name} has now. Migrations never change: restore the file and add a new one.`,
      )
    }
  }
  const last = applied.at(-1)?.number ?? -1
  const done = new Set(applied.map(({ number }) => number))
  const pending = known.filter(({ number }) => !done.has(number))
  const late = pending.find(({ number }) => number < last)
  if (late !== undefined) {
    throw new MigrationError(
      'outOfOrder',
      `The migration ${late.name} comes before one that the database has; give it the next number.`,
    )
  }
  return pending
}

async function apply(session: DatabaseSession, { number, name, text, checksum }: Migration): Promise<void> {
  try {
    await session.execute({ text: 'begin' })
    await session.execute({ text })
    await session.execute({
      text: 'insert into migrations (number, name, checksum) values ($1, $2, $3)',
      values: [number, name, checksum],
    })
    await session.execute({ text: 'commit' })
  } catch (cause) {
    // The session is closed next, which rolls back.
    throw new MigrationError('failed', `The migration ${name} failed: ${String(cause)}`, { cause })
  }
}
