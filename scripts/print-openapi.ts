// Writes openapi/*.json: our own API and JumpCloud's as the hub serves it, as the routes describe them. With --check it only compares.
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { hubDocument, hubDocumentFile, readCommittedDocument } from './hub-document.ts'
import { jumpCloudDocumentFile, jumpCloudDocumentOf, readJumpCloudDocument } from './jumpcloud-documents.ts'
import { referenceVersions } from './reference.ts'

const documents = [
  { file: hubDocumentFile, made: hubDocument, read: readCommittedDocument },
  ...referenceVersions.map((version) => ({
    file: jumpCloudDocumentFile(version),
    made: () => jumpCloudDocumentOf(version),
    read: () => readJumpCloudDocument(version),
  })),
]

for (const { file, made, read } of documents) {
  const document = await made()
  if (!process.argv.includes('--check')) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, JSON.stringify(document, undefined, 2))
    execFileSync(join(import.meta.dirname, '..', 'node_modules', '.bin', 'oxfmt'), ['--write', file])
  } else if (!isDeepStrictEqual(await read().catch(() => undefined), document)) {
    console.error(`${file} is not what the routes describe; run: node scripts/print-openapi.ts`)
    process.exitCode = 1
  }
}
