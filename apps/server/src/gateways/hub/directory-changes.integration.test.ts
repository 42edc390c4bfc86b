import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { DirectoryPath, DirectoryPreview, DirectoryResolution } from '@lockstep/contract/hub/directory-change'
import type { Page } from '@lockstep/contract/hub/page'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'

let hub: HubFixture
const absent = '0'.repeat(24)

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, directories, journal, journal_blocks cascade' })
  hub.users.forgetCounts()
})

async function makeDirectory(): Promise<DirectoryDetail> {
  return (await hub.call<DirectoryDetail>('POST directories', { body: { domain: 'corp.example' } })).body
}

test('what a change would do is said before it is done, and nothing changes by asking', async () => {
  const { id } = await makeDirectory()
  const body = { useCase: 'ADASAUTHORITY', behaviour: { additionalAttributes: false } }
  const asked = await hub.call<DirectoryPreview>(`POST directories/${id}/preview`, { body })
  assert.equal(asked.status, 200)
  assert.deepEqual(
    [asked.body.before.useCase, asked.body.after.useCase, asked.body.after.passwordAuthority, asked.body.agents.add],
    ['TWOWAYSYNC', 'ADASAUTHORITY', 'directory', ['IMPORT']],
  )
  assert.ok(asked.body.attributes.removed.includes('title'))
  assert.equal((await hub.call<DirectoryDetail>(`GET directories/${id}`)).body.useCase, 'TWOWAYSYNC')
  const changed = await hub.call<DirectoryDetail>(`PATCH directories/${id}`, {
    body: { ...body, preset: 'as_jumpcloud' },
  })
  assert.deepEqual(
    [changed.body.configuration.delegatedAuthority, changed.body.behaviour.dissociation],
    ['directory', 'remove'],
  )
  assert.equal(refusalOf(await hub.call(`POST directories/${absent}/preview`, { body })), '404 not_found id')
  const asManager = await hub.call(`PATCH directories/${id}`, { as: 'manager', body: { removeAgents: true } })
  assert.equal(refusalOf(asManager), '403 forbidden', 'agents need a permission of their own')
  const odd = { body: { furtherRootDns: ['OU=a,DC=other,DC=example'] } }
  assert.equal(refusalOf(await hub.call(`PATCH directories/${id}`, odd)), '400 invalid_request furtherRootDns.0')
  const unknown = { body: { behaviour: { excludedFields: ['username'] } } }
  assert.match(refusalOf(await hub.call(`PATCH directories/${id}`, unknown)), /^400 invalid_request behaviour/)
})

test('the ways out of a directory are listed step by step', async () => {
  const { id } = await makeDirectory()
  const out = (await hub.call<DirectoryPath>(`GET directories/${id}/disconnection`)).body.steps
  assert.deepEqual(
    out.map(({ key, by }) => `${by} ${key}`),
    ['hub release', 'hub agents', 'hub domain'],
  )
  const away = (await hub.call<DirectoryPath>(`GET directories/${id}/migration`)).body.steps
  assert.deepEqual([away.at(-1)?.key, away.at(-1)?.done], ['disconnect', false])
  assert.equal(refusalOf(await hub.call(`GET directories/${absent}/migration`)), '404 not_found id')
  assert.equal(refusalOf(await hub.call(`GET directories/${absent}/disconnection`)), '404 not_found id')
})

test('a clash is resolved, the decision listed and taken back', async () => {
  const { id } = await makeDirectory()
  const guid = randomUUID()
  await hub.database.execute({
    text: `insert into ad_problems (domain_id, guid, code, name, detail, since)
      values ($1, $2, 'username_in_other_directory', 'ann', 'Somebody has it. Decide.', now())`,
    values: [id, guid],
  })
  const path = `directories/${id}/problems/${guid}/resolution`
  const renamed = await hub.call<DirectoryResolution>(`POST ${path}`, {
    body: { action: 'rename', username: 'ann.corp' },
  })
  assert.deepEqual([renamed.status, renamed.body.action, renamed.body.username], [201, 'rename', 'ann.corp'])
  const listed = (await hub.call<Page<DirectoryResolution>>(`GET directories/${id}/resolutions?limit=1`)).body
  assert.deepEqual([listed.total, listed.items[0]?.guid, listed.next], [1, guid, undefined])
  assert.equal(refusalOf(await hub.call(`POST ${path}`, { body: { action: 'merge' } })), '400 invalid_request action')
  assert.match(refusalOf(await hub.call(`POST ${path}`, { body: { action: 'laugh' } })), /^400 invalid_request/)
  assert.equal((await hub.call(`DELETE directories/${id}/resolutions/${guid}`)).status, 204)
  assert.equal(refusalOf(await hub.call(`DELETE directories/${id}/resolutions/${guid}`)), '404 not_found guid')
  const other = `directories/${id}/problems/${randomUUID()}/resolution`
  assert.equal(refusalOf(await hub.call(`POST ${other}`, { body: { action: 'ignore' } })), '404 not_found guid')
})
