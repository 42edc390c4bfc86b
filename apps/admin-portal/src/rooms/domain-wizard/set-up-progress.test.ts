import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setUpProgress } from './set-up-progress.ts'

const agent = (kind: DirectoryAgent['kind'], state: DirectoryAgent['state']): DirectoryAgent => ({
  ...{ id: kind, kind, state, primary: false, created: '', warnings: [] },
  health: { light: 'green', reason: '' },
})

test('a set-up is done when every wanted agent has connected and the domain was read', () => {
  const configuration = { agentsWanted: ['IMPORT' as const, 'SYNC' as const] }
  const agents = [agent('IMPORT', 'active'), agent('SYNC', 'unsealed')]
  const begun = setUpProgress({ agents: [], configuration })
  assert.deepEqual([begun.missing, begun.waiting, begun.isDone], [['IMPORT', 'SYNC'], [], false])
  const waiting = setUpProgress({ agents, configuration, lastFullReadAt: '2026-01-01T00:00:00Z' })
  assert.deepEqual([waiting.missing, waiting.waiting, waiting.isRead, waiting.isDone], [[], ['SYNC'], true, false])
  const done = setUpProgress({
    agents: [agent('IMPORT', 'active'), agent('SYNC', 'active')],
    configuration,
    lastFullReadAt: '2026-01-01T00:00:00Z',
  })
  assert.equal(done.isDone, true)
})

test('a domain that is only written is not waited for to be read', () => {
  const configuration = { agentsWanted: ['SYNC' as const] }
  assert.equal(setUpProgress({ agents: [agent('SYNC', 'active')], configuration }).isDone, true)
})
