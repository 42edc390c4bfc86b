import assert from 'node:assert/strict'
import { test } from 'node:test'
import { versionWarnings } from './agent-version.rules.ts'

test('agents of one version that is the hub’s need nothing', () => {
  assert.deepEqual(versionWarnings('1.2.0', ['1.2.0', '1.2.0'], '1.2.0'), [])
})

test('an agent that was never started has no version to warn of', () => {
  assert.deepEqual(versionWarnings(null, ['1.1.0'], '1.2.0'), [])
})

test('an agent older than the hub is to be replaced', () => {
  const [warning, more] = versionWarnings('1.1.0', ['1.1.0'], '1.2.0')
  assert.match(warning ?? '', /version 1\.1\.0, the hub 1\.2\.0\. Replace/)
  assert.equal(more, undefined)
})

test('agents of mixed versions are told each of the others', () => {
  assert.deepEqual(
    versionWarnings('1.2.0', ['1.1.0', '1.0.0', '1.1.0'], '1.2.0').map((text) => /1\.0\.0, 1\.1\.0/.test(text)),
    [true],
  )
})
