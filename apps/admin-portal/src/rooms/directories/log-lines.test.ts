import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentLogRow } from '@lockstep/contract/hub/directory-agent'
import { factsText, withNewLines } from './log-lines.ts'

const row = (key: number): AgentLogRow => ({ key: String(key), at: '', level: 'info', message: '', fields: {} })

test('a line that came before is not shown twice', () => {
  const keys = withNewLines([row(1), row(2)], [row(2), row(3)]).map(({ key }) => key)
  assert.deepEqual(keys, ['1', '2', '3'])
})

test('only the newest 500 lines stay', () => {
  const lines = withNewLines(
    Array.from({ length: 500 }, (_, index) => row(index)),
    [row(500)],
  )
  assert.deepEqual([lines.length, lines[0]?.key, lines.at(-1)?.key], [500, '1', '500'])
})

test('facts are told by name', () => {
  assert.equal(factsText({ role: 'primary', epoch: 3, isNew: true }), 'role primary, epoch 3, isNew true')
})
