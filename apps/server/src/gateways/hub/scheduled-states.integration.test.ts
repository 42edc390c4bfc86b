import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ScheduledState } from '@lockstep/contract/hub/scheduled-state'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { type HubFixture, hubFixture } from '../../../../../tests/hub-fixture.ts'

let hub: HubFixture
let userId: string

before(async () => {
  hub = await hubFixture()
  const { body } = await hub.call<UserDetail>('POST users', { body: { username: 'ann', email: 'ann@example.com' } })
  userId = body.id
})
after(() => hub.close())

const list = async (): Promise<readonly ScheduledState[]> =>
  (await hub.call<{ items: ScheduledState[] }>(`GET users/${userId}/scheduled-states`)).body.items
const schedule = (body: object) => hub.call<ScheduledState>(`POST users/${userId}/scheduled-states`, { body })

test('a change to come is scheduled, listed in order and called off', async () => {
  const late = await schedule({ state: 'ACTIVATED', due: '2999-03-01T08:00:00Z', reason: 'Back from leave' })
  const early = await schedule({ state: 'SUSPENDED', due: '2999-02-01T08:00Z' })
  assert.deepEqual([late.status, early.status], [201, 201])
  assert.deepEqual(
    (await list()).map(({ state, due }) => [state, due]),
    [
      ['SUSPENDED', '2999-02-01T08:00:00.000Z'],
      ['ACTIVATED', '2999-03-01T08:00:00.000Z'],
    ],
  )
  assert.equal((await hub.call(`DELETE scheduled-states/${early.body.id}`)).status, 204)
  assert.deepEqual(
    (await list()).map(({ id }) => id),
    [late.body.id],
  )
  assert.equal((await hub.call(`DELETE scheduled-states/${early.body.id}`)).status, 404)
})

test('what lies in the past, is no time, or concerns nobody is refused', async () => {
  for (const due of ['2001-01-01T00:00:00Z', '2999-02-31T00:00:00Z', '2999-99-01T00:00:00Z']) {
    const sent = { state: 'SUSPENDED', due }
    const { status, body } = await hub.call(`POST users/${userId}/scheduled-states`, { body: sent })
    assert.deepEqual([status, body.field], [400, 'due'], due)
  }
  assert.equal((await schedule({ state: 'STAGED', due: '2999-01-01T00:00:00Z' })).status, 400)
  const missing = 'f'.repeat(24)
  assert.equal((await hub.call(`GET users/${missing}/scheduled-states`)).status, 404)
  const body = { state: 'SUSPENDED', due: '2999-01-01T00:00:00Z' }
  assert.equal((await hub.call(`POST users/${missing}/scheduled-states`, { body })).status, 404)
  assert.equal((await hub.call(`POST users/${userId}/scheduled-states`, { body, as: 'read_only' })).status, 403)
})
