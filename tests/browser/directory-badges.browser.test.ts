// What lists and pages say of users and groups that exist in Active Directory too, and rules for where accounts are made. The agents are
// played by the test.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { groupObject, guidOf, userObject } from '../domain-fixture.ts'
import { type Hub, startHub } from '../hub.ts'
import { enrolScriptedAgent, type ScriptedAgent } from '../support/scripted-agents.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

const rootDn = 'OU=Lockstep,DC=corp,DC=example'
const salesDn = `OU=Sales,${rootDn}`
const container = (name: string, dn: string) =>
  ({ guid: guidOf(name), kind: 'container', deleted: false, dn, complete: true, attributes: {} }) as const

let hub: Hub
let api: HubClient
let browser: Browser
let writer: ScriptedAgent | undefined
let directoryId = ''
let groupId = ''

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const group = await api.groups.create({ name: 'Made here' })
  groupId = group.id
  await api.groups.create({ name: 'Nowhere else' })
  const directory = await api.directories.create({ domain: 'corp.example', rootDn })
  directoryId = directory.id
  const agentOf = async (kind: 'IMPORT' | 'SYNC'): Promise<ScriptedAgent> => {
    const { connectKey } = await api.directories.addAgent(directoryId, { kind })
    return enrolScriptedAgent({ hubUrl: hub.url, connectKey, kind, hostname: 'dc-side' })
  }
  using importer = await agentOf('IMPORT')
  const lockstep = groupObject('Lockstep', { members: ['ann', 'Their team'] })
  const places = [container('root', rootDn), { ...container('Sales', salesDn), parentGuid: guidOf('root') }]
  await importer.read([...places, userObject('ann'), groupObject('Their team', { members: ['ann'] }), lockstep])
  writer = await agentOf('SYNC')
  for (const [username, department] of [
    ['bob', 'Sales'],
    ['cat', 'Law'],
    ['dan', 'Law'],
  ] as const) {
    const person = { username, email: `${username}@example.com`, displayname: `${username} example`, department }
    const user = await api.users.create({ ...person, firstname: username, lastname: 'Example', state: 'ACTIVATED' })
    if (username !== 'dan') await api.users.bind(user.id, directoryId)
  }
  await api.groups.bind(groupId, directoryId)
  browser = await launchBrowser()
})

after(async () => {
  writer?.[Symbol.dispose]()
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

test('lists and pages of users and groups tell in which domain they are', async () => {
  await using visitor = await enter('/users')
  const { page } = visitor
  const row = (name: RegExp) => page.getByRole('row', { name })
  await row(/ann@corp\.example/u)
    .getByTitle('From corp.example')
    .waitFor()
  await row(/bob@example\.com/u)
    .getByTitle('In corp.example')
    .waitFor()
  await row(/dan@example\.com/u).waitFor()
  assert.equal(
    await row(/dan@example\.com/u)
      .getByTitle(/corp\.example/u)
      .count(),
    0,
  )
  await page.goto('/admin/groups')
  await row(/Their team/u)
    .getByTitle('From corp.example')
    .waitFor()
  await row(/Made here/u)
    .getByTitle('In corp.example')
    .waitFor()
  await row(/Nowhere else/u).waitFor()
  assert.equal(
    await row(/Nowhere else/u)
      .getByTitle(/corp\.example/u)
      .count(),
    0,
  )
  await assertAccessibleInBothThemes(page, 'groups with badges')
  await row(/Made here/u)
    .getByRole('link', { name: 'Made here' })
    .click()
  await page.getByRole('heading', { name: 'Made here', level: 1 }).waitFor()
  await page.getByTitle('In corp.example').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('a group that Active Directory refuses is tried again', async () => {
  assert.ok(writer)
  const asked = async () => {
    for (;;) {
      const { items, epoch } = (await writer?.work()) ?? { items: [], epoch: 0 }
      const item = items.find((each) => each.kind === 'group')
      if (item?.kind === 'group') return { item, epoch }
    }
  }
  const { item, epoch } = await asked()
  const failure = {
    ...{ kind: 'name_collision', message: 'Another object has this name.', retryable: false },
    remedy: 'Rename one of the two.',
  }
  await writer.report({ epoch, outcomes: [{ kind: 'group', groupId, revision: item.revision, failure }] })
  await using visitor = await enter(`/groups/${groupId}?tab=directories`)
  const { page } = visitor
  await page.getByText('Another object has this name.', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'a refused group')
  await page.getByRole('button', { name: 'Try corp.example again now' }).click()
  await page.getByText('corp.example is tried again').waitFor()
  assert.equal((await asked()).item.groupId, groupId)
  assert.deepEqual(visitor.faults, [])
})

test('a rule for a container says before who goes where, refuses what is not there, and is saved', async () => {
  await using visitor = await enter(`/directories/${directoryId}?tab=settings`)
  const { page } = visitor
  const part = page.getByRole('region', { name: 'Containers by rule' })
  await part.getByRole('button', { name: 'Add rule' }).click()
  const rule = part.getByRole('group', { name: 'Rule 1' })
  const preview = part.getByRole('region', { name: 'Who goes where' })
  await preview.getByText('Complete the rules to see.').waitFor()
  await part.getByRole('button', { name: 'Review and save' }).click()
  await rule.getByText('Enter a value.').waitFor()
  await rule.getByRole('combobox', { name: 'is one of' }).fill('sales')
  await page.keyboard.press('Enter')
  await rule.getByRole('textbox', { name: 'Container' }).fill(`OU=Elsewhere,${rootDn}`)
  await preview.getByText('there is no such object in the domain', { exact: false }).waitFor()
  await rule.getByRole('textbox', { name: 'Container' }).fill(salesDn)
  await preview.getByText('there is no such object in the domain', { exact: false }).waitFor({ state: 'detached' })
  await preview.getByText('bob', { exact: true }).waitFor()
  await preview.getByText('cat', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'rules for containers')
  await part.getByRole('button', { name: 'Review and save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change the settings of corp.example?' })
  await dialog.getByRole('button', { name: 'Save settings' }).click()
  await page.getByText('Settings of corp.example saved').waitFor()
  assert.deepEqual((await api.directories.get(directoryId)).containerRules, [
    { conditions: [{ field: 'department', values: ['sales'] }], containerDn: salesDn },
  ])
  assert.deepEqual(visitor.faults, [])
})
