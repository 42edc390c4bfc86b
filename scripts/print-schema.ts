// Writes apps/server/schema.sql: what the migrations make, as the database's catalogue tells it. With --check it only
// compares.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDatabase } from '../apps/server/src/platform/db/database.ts'
import { migrate } from '../apps/server/src/platform/db/migrate.ts'
import { printSchema } from '../apps/server/src/platform/db/schema-printer.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { startTestPostgres } from '../tests/database.ts'

const server = join(import.meta.dirname, '..', 'apps', 'server')
const file = join(server, 'schema.sql')

const postgres = await startTestPostgres()
const database = createDatabase({ connection: postgres.connection, log: silentLog, poolSize: 1 })
let text: string
try {
  await migrate({ database, folder: join(server, 'migrations') })
  text = await printSchema(database)
} finally {
  await database.close()
  await postgres.stop()
}
if (!process.argv.includes('--check')) await writeFile(file, text)
else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('apps/server/schema.sql is not what the migrations make; run: node scripts/print-schema.ts')
  process.exitCode = 1
}
