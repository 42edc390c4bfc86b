// Writes openapi/hub-v1.json: our own API as its routes describe it. With --check it only compares.
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { hubDocument, hubDocumentFile, readCommittedDocument } from './hub-document.ts'

const document = await hubDocument()
if (!process.argv.includes('--check')) {
  await mkdir(dirname(hubDocumentFile), { recursive: true })
  await writeFile(hubDocumentFile, JSON.stringify(document, undefined, 2))
  execFileSync(join(import.meta.dirname, '..', 'node_modules', '.bin', 'oxfmt'), ['--write', hubDocumentFile])
} else if (!isDeepStrictEqual(await readCommittedDocument().catch(() => undefined), document)) {
  console.error('openapi/hub-v1.json is not what the routes describe; run: node scripts/print-openapi.ts')
  process.exitCode = 1
}
