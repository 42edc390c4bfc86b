import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

let folder = ''
let printed = ''

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' })

before(async () => {
  // Outside the repository, so that a bundle finds no package but what is in it.
  folder = await mkdtemp(join(tmpdir(), 'lockstep-bundles-'))
  const { status, stdout, stderr } = run(join(import.meta.dirname, 'bundle-agents.ts'), '--folder', folder)
  assert.equal(status, 0, stderr)
  printed = stdout
})

after(async () => rm(folder, { recursive: true, force: true }))

test('each agent becomes one file, and its path and size are printed', async () => {
  assert.deepEqual((await readdir(folder)).toSorted(), ['import-agent.mjs', 'sync-agent.mjs'])
  assert.match(printed, /^import-agent\.mjs \d+ KiB\nsync-agent\.mjs \d+ KiB\n$/)
})

test('a bundle runs with nothing beside it and says how it is called', () => {
  for (const agent of ['import-agent', 'sync-agent']) {
    const { status, stdout, stderr } = run(`${agent}.mjs`, 'enrol', '--hub', 'https://hub.example')
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, new RegExp(`^--ldap is missing\\.\\nUsage: ${agent} enrol `))
  }
})
