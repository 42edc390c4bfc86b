// Writes openapi/jumpcloud-client.ts: a typed client of JumpCloud's documented operations on identities, made from openapi/reference alone.
//
//   node scripts/print-client.ts                  writes it
//   node scripts/print-client.ts --check          only compares
//   node scripts/print-client.ts --whole FILE     writes one of every documented operation to FILE
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { typedClient } from './typed-client.ts'

const root = join(import.meta.dirname, '..')
const committed = join(root, 'openapi', 'jumpcloud-client.ts')

function formatted(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-client-'))
  try {
    const file = join(folder, 'client.ts')
    writeFileSync(file, text)
    execFileSync(join(root, 'node_modules', '.bin', 'oxfmt'), [
      '--config',
      join(root, '.oxfmtrc.json'),
      '--write',
      file,
    ])
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [option, file] = process.argv.slice(2)
if (option === '--whole' && file !== undefined) writeFileSync(file, formatted(typedClient({ whole: true })))
else if (option === '--check') {
  if (readFileSync(committed, 'utf8') !== formatted(typedClient())) {
    console.error('openapi/jumpcloud-client.ts is not what openapi/reference says; run: node scripts/print-client.ts')
    process.exitCode = 1
  }
} else writeFileSync(committed, formatted(typedClient()))
