import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { agentVersion } from './version.ts'

test('the version is the one of the package', async () => {
  const path = new URL('../../package.json', import.meta.url)
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
  assert.equal(agentVersion, version)
})
