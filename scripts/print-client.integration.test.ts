import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from './steps.ts'

let folder: string
before(async () => {
  // Below the root, where the types of Node are found.
  folder = await mkdtemp(join(root, 'node_modules', '.client-'))
})
after(() => rm(folder, { recursive: true, force: true }))

test('a client of every documented operation is printed, and the compiler finds nothing in it under the strictest rules', () => {
  const file = join(folder, 'client.ts')
  execFileSync(process.execPath, [join(import.meta.dirname, 'print-client.ts'), '--whole', file])
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--verbatimModuleSyntax']
  const target = ['--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--noEmit', '--ignoreConfig']
  const { stdout, status } = spawnSync('tsc', [...strict, ...target, '--erasableSyntaxOnly', '--skipLibCheck', file], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` },
  })
  assert.deepEqual([stdout, status], ['', 0])
})
