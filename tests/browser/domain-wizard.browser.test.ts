// Connecting a domain step by step and managing it afterwards; the agents are played by the test, so that no domain is needed.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import type { ReadObject, WorkReply } from '@lockstep/contract/agents/protocol'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { groupObject, guidOf, userObject } from '../domain-fixture.ts'
import { type Hub, startHub } from '../hub.ts'
import { enrolScriptedAgent, type ScriptedAgent } from '../support/scripted-agents.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

const rootDn = 'OU=Lockstep,DC=corp,DC=example'
const root: ReadObject = {
  ...{ guid: guidOf('root'), kind: 'container', deleted: false, dn: rootDn, complete: true, attributes: {} },
}
const names = Array.from({ length: 14 }, (_, index) => `person${String(index).padStart(2, '0')}`)

/** The domain as a complete read has it, with these members of its integration group. */
function domainWith(members: readonly string[]): readonly ReadObject[] {
  return [
    root,
    ...names.map((name) => userObject(name)),
    userObject('clash'),
    groupObject('Sales', { members: names.slice(0, 5) }),
    groupObject('Lockstep', { members: [...members, 'clash', 'Sales'] }),
  ]
}

let hub: Hub
let api: HubClient
let browser: Browser
let importer: ScriptedAgent | undefined
let writer: ScriptedAgent | undefined
let directoryId = ''

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  for (const number of [1, 2, 3]) {
    const username = `hubuser${number}`
    const person = { username, email: `${username}@example.com`, displayname: `Hub User${number}` }
    await api.users.create({ ...person, firstname: 'Hub', lastname: `User${number}`, state: 'ACTIVATED' })
  }
  await api.users.create({ username: 'other', email: 'clash@corp.example', firstname: 'C', lastname: 'Lash' })
  await api.groups.create({ name: 'Made here', description: 'A group of the hub' })
  browser = await launchBrowser()
})

after(async () => {
  importer?.[Symbol.dispose]()
  writer?.[Symbol.dispose]()
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

/** Makes a connect key in the wizard and enrols an agent with it. */
async function enrol(page: Page, kind: 'IMPORT' | 'SYNC'): Promise<ScriptedAgent> {
  const name = kind === 'IMPORT' ? 'import agent' : 'sync agent'
  const part = page.getByRole('region', { name: kind === 'IMPORT' ? 'Import agent' : 'Sync agent' })
  await part.getByRole('button', { name: `Make a connect key for the ${name}` }).click()
  const connectKey = (await part.getByLabel('connect key', { exact: true }).textContent()) ?? ''
  assert.ok(((await part.getByLabel('commands', { exact: true }).textContent()) ?? '').includes(connectKey))
  return enrolScriptedAgent({ hubUrl: hub.url, connectKey, kind, hostname: 'dc-side' })
}

function userItem(work: WorkReply, username: string) {
  const item = work.items.find((each) => each.kind === 'user' && each.samAccountName === username)
  assert.ok(item?.kind === 'user', username)
  return item
}

test('a domain is connected step by step, by keyboard, left in between and taken up again', async () => {
  await using visitor = await enter('/directories/new')
  const { page } = visitor
  await page.getByRole('radio', { name: /^Manage users and passwords in either system/u }).waitFor()
  await assertAccessibleInBothThemes(page, 'the choice of a configuration')
  await page.getByRole('radio', { name: /^Manage users and passwords in either system/u }).focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('radio', { name: /^Manage users, groups and passwords in this hub/u, checked: true }).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('button', { name: 'Continue' }).press('Enter')

  await page.getByRole('textbox', { name: 'Domain' }).fill('corp.example')
  await page.getByRole('textbox', { name: 'Root container', exact: true }).fill(rootDn)
  await page.getByRole('textbox', { name: 'Container for new users' }).fill('OU=Elsewhere,DC=corp,DC=example')
  await page.keyboard.press('Enter')
  await page.getByText('It must lie in a root container: nothing is written elsewhere.').waitFor()
  const tree = page.getByRole('group', { name: 'What lies inside what' })
  await tree.getByText('CN=Lockstep,OU=Lockstep,DC=corp,DC=example').waitFor()
  await assertAccessibleInBothThemes(page, 'the places with a fault')
  await page.getByRole('textbox', { name: 'Container for new users' }).fill('')
  await page.getByRole('textbox', { name: 'Domain' }).focus()

  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Directories' }).click()
  await page.getByText('You began to connect corp.example.').waitFor()
  assert.equal((await api.directories.list()).items.length, 0)
  await page.getByRole('link', { name: 'Go on' }).click()
  assert.equal(await page.getByRole('textbox', { name: 'Root container', exact: true }).inputValue(), rootDn)
  await page.getByRole('button', { name: 'Continue' }).click()

  await page.getByRole('radio', { name: 'As JumpCloud' }).check()
  const difference = page.getByRole('group', { name: 'What it changes' })
  await difference.getByText('Delete the user', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'the preset with what it changes')
  await page.getByRole('radio', { name: 'Safe' }).check()
  await difference.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Connect domain' }).click()
  await page.getByRole('heading', { name: 'Set up corp.example', level: 1 }).waitFor()
  const made = (await api.directories.list()).items[0]
  assert.ok(made)
  directoryId = made.id
  assert.equal((await api.directories.get(directoryId)).rootDn, rootDn)

  const windows = (await page.getByLabel('commands for Windows Server', { exact: true }).textContent()) ?? ''
  assert.ok(windows.includes(`dsacls "${rootDn}" /I:T /G`))
  await assertAccessibleInBothThemes(page, 'the commands')
  await page.getByText('Samba', { exact: true }).click()
  const samba = (await page.getByLabel('commands for Samba', { exact: true }).textContent()) ?? ''
  assert.ok(samba.includes('samba-tool user create lockstep-sync'))
  assert.deepEqual(visitor.faults, [])
})

test('the set-up waits for the agents and the first read, and shows what came', async () => {
  await using visitor = await enter(`/directories/${directoryId}`)
  const { page } = visitor
  await page.getByText('An agent is still to be added.').waitFor()
  await page.getByRole('link', { name: 'Continue the set-up' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  importer = await enrol(page, 'IMPORT')
  await page.getByRole('region', { name: 'Import agent' }).getByText('import agent on dc-side').waitFor()
  writer = await enrol(page, 'SYNC')
  await page.getByRole('region', { name: 'Sync agent' }).getByText('sync agent on dc-side').waitFor()
  await assertAccessibleInBothThemes(page, 'the agents')
  await page.getByRole('button', { name: 'Continue' }).click()
  const progress = page.getByRole('list', { name: 'Progress' })
  await progress.getByText('The import agent reads everything at its first contact', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the wait for the first read')
  await importer.read(domainWith(names))
  await page.getByRole('button', { name: 'Go to corp.example' }).waitFor()
  const counts = page.getByRole('navigation', { name: 'Counts' })
  await counts.getByRole('link', { name: '14 users' }).waitFor()
  await counts.getByRole('link', { name: '1 left out' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the first read')
  await page.getByRole('button', { name: 'Go to corp.example' }).click()
  await page.getByRole('heading', { name: 'corp.example', level: 1 }).waitFor()
  await page.getByText('The set-up is not finished').waitFor({ state: 'detached' })
  assert.deepEqual(visitor.faults, [])
})

test('several users are connected at once, a refusal is told in words, and they are disconnected', async () => {
  assert.ok(writer)
  await using visitor = await enter(`/directories/${directoryId}?tab=users`)
  const { page } = visitor
  await page.getByRole('row', { name: /person00/u }).waitFor()
  await page
    .getByRole('row', { name: /person00/u })
    .getByText('From corp.example', { exact: true })
    .waitFor()
  await assertAccessibleInBothThemes(page, 'the users of a domain')
  await page.getByRole('button', { name: 'Connect users' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect users to corp.example' })
  await dialog.getByRole('checkbox', { name: 'Select Hub User1' }).check()
  await dialog.getByRole('checkbox', { name: 'Select Hub User2' }).check()
  await assertAccessibleInBothThemes(page, 'the choice of users')
  await dialog.getByRole('button', { name: 'Connect 2 users' }).click()
  await dialog.waitFor({ state: 'detached' })
  const work = await writer.work()
  const { accountId, revision } = userItem(work, 'hubuser1')
  const failure = {
    ...{ kind: 'name_taken', message: 'An account of this name exists already.', retryable: false },
    remedy: 'Rename one of the two.',
  }
  await writer.report({ epoch: work.epoch, outcomes: [{ kind: 'user', accountId, revision, failure }] })

  await page.getByRole('textbox', { name: 'Search users' }).fill('hubuser')
  const row = page.getByRole('row', { name: /hubuser1/u })
  await row.getByText('Refused').waitFor()
  await page.getByRole('checkbox', { name: 'Select Hub User2' }).check()
  await page.getByRole('button', { name: 'Disconnect 1 user' }).click()
  const question = page.getByRole('dialog', { name: 'Disconnect from corp.example?' })
  await question.getByText('1 user is disconnected', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'what disconnecting means')
  await question.getByRole('button', { name: 'Disconnect 1 user' }).click()
  await question.waitFor({ state: 'detached' })

  await row.getByRole('link', { name: 'Hub User1' }).click()
  await page.getByRole('heading', { name: 'Hub User1', level: 1 }).waitFor()
  await page.getByTitle('In corp.example').waitFor()
  await page.getByRole('tab', { name: 'Directories (1)' }).click()
  await page.getByText('An account of this name exists already.', { exact: true }).waitFor()
  await page.getByText('Rename one of the two.', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'a refused account')
  await page.getByRole('button', { name: 'Try corp.example again now' }).click()
  await page.getByText('corp.example is tried again').waitFor()
  assert.ok(userItem(await writer.work(), 'hubuser1'))
  await page.getByRole('button', { name: 'Disconnect from corp.example' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect 1 account' }).click()
  await page.getByText('Disconnected from corp.example', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Connect to corp.example' }).waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('a group is connected from the domain and from its own page', async () => {
  await using visitor = await enter(`/directories/${directoryId}?tab=groups`)
  const { page } = visitor
  await page.getByRole('row', { name: /Sales/u }).waitFor()
  await page.getByRole('button', { name: 'Connect groups' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect groups to corp.example' })
  await dialog.getByRole('checkbox', { name: 'Select Made here' }).check()
  await dialog.getByRole('button', { name: 'Connect 1 group' }).click()
  await dialog.waitFor({ state: 'detached' })
  const group = (await api.groups.list({ search: 'Made here' })).items[0]
  await page.goto(`/admin/groups/${group?.id ?? ''}?tab=directories`)
  await page.getByRole('button', { name: 'Disconnect from corp.example' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the directories of a group')
  await page.getByRole('button', { name: 'Disconnect from corp.example' }).click()
  await page.getByRole('button', { name: 'Connect to corp.example' }).waitFor()
  const sales = (await api.groups.list({ search: 'Sales' })).items[0]
  await page.goto(`/admin/groups/${sales?.id ?? ''}?tab=directories`)
  const kept = page.getByRole('button', { name: 'Disconnect from corp.example' })
  await kept.waitFor()
  assert.equal(await kept.getAttribute('aria-disabled'), 'true')
  assert.deepEqual(visitor.faults, [])
})

test('a conflict is resolved, and the decision is taken back', async () => {
  await using visitor = await enter(`/directories/${directoryId}?tab=problems`)
  const { page } = visitor
  const resolve = page.getByRole('button', { name: 'Resolve clash' })
  const dialog = page.getByRole('dialog', { name: 'How is clash resolved?' })
  await resolve.press('Enter')
  await dialog.locator(':focus').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await resolve.and(page.locator(':focus')).waitFor()
  await resolve.press('Enter')
  await dialog.getByRole('radio', { name: /^They are two people/u }).check()
  await dialog.getByRole('button', { name: 'Resolve' }).click()
  await dialog.getByText('Enter a username, an e-mail address, or both.').waitFor()
  const address = dialog.getByRole('textbox', { name: 'E-mail address here' })
  await address.and(page.locator(':focus')).waitFor()
  await assertAccessibleInBothThemes(page, 'the resolution of a conflict')
  await address.fill('clash2@corp.example')
  await dialog.getByRole('button', { name: 'Resolve' }).click()
  await dialog.waitFor({ state: 'detached' })
  const decided = page.getByRole('region', { name: 'Decided conflicts' })
  await decided.getByText('imported as clash2@corp.example').waitFor()
  // The row says that it is decided, or is gone already.
  await resolve.waitFor({ state: 'detached' })
  await assertAccessibleInBothThemes(page, 'decided conflicts')
  await decided.getByRole('button', { name: 'Take back the decision on clash' }).click()
  await decided.waitFor({ state: 'detached' })
  assert.equal((await api.directories.resolutions(directoryId)).total, 0)
  assert.deepEqual(visitor.faults, [])
})

test('settings are saved after their effects were seen, and the presets are those of the hub', async () => {
  await using visitor = await enter(`/directories/${directoryId}?tab=settings`)
  const { page } = visitor
  const behaviour = page.getByRole('region', { name: 'Behaviour' })
  await behaviour.getByRole('button', { name: 'Set as JumpCloud' }).click()
  await behaviour.getByRole('group', { name: 'What it changes' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the settings of a domain')
  await page.getByRole('tab', { name: 'Journal' }).click()
  const leave = page.getByRole('dialog', { name: 'Leave without saving?' })
  await leave.getByRole('button', { name: 'Cancel' }).click()
  await behaviour.getByRole('button', { name: 'Review and save' }).click()
  const review = page.getByRole('dialog', { name: 'Change the settings of corp.example?' })
  await review.getByText('suspends and removes nobody', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the review of settings')
  await review.getByRole('button', { name: 'Save settings' }).click()
  await review.waitFor({ state: 'detached' })
  const saved = (await api.directories.get(directoryId)).behaviour
  assert.deepEqual((await api.directories.update(directoryId, { preset: 'as_jumpcloud' })).behaviour, saved)
  await api.directories.update(directoryId, { preset: 'safe' })

  const places = page.getByRole('region', { name: 'Places' })
  await places.getByRole('textbox', { name: 'Root container', exact: true }).fill('OU=Nowhere,DC=corp,DC=example')
  await places.getByRole('textbox', { name: 'Container for new users' }).fill('OU=Nowhere,DC=corp,DC=example')
  await places.getByRole('textbox', { name: 'Container for new groups' }).fill('OU=Nowhere,DC=corp,DC=example')
  await places.getByRole('button', { name: 'Review and save' }).click()
  await review
    .getByText('The change would be refused. Root container: there is no such object', { exact: false })
    .waitFor()
  assert.equal(await review.getByRole('button', { name: 'Save settings' }).isDisabled(), true)
  await review.getByRole('button', { name: 'Cancel' }).click()
  await places.getByRole('button', { name: 'Discard changes' }).click()
  assert.deepEqual(visitor.faults, [])
})

test('what the guard holds is decided on the domain’s page', async () => {
  assert.ok(importer)
  await using visitor = await enter(`/directories/${directoryId}`)
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  await importer.read(domainWith([]))
  const held = page.getByRole('region', { name: 'Held changes' })
  await held.getByRole('button', { name: 'Dismiss' }).waitFor()
  await assertAccessibleInBothThemes(page, 'held changes of a domain')
  await held.getByRole('button', { name: 'Dismiss' }).click()
  const dialog = page.getByRole('dialog', { name: /^Dismiss \d+ changes\?$/u })
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Somebody cleaned up too much')
  await dialog.getByRole('button', { name: /^Dismiss \d+ changes$/u }).click()
  await held.waitFor({ state: 'detached' })
  assert.equal((await api.plans.list({ state: 'dismissed' })).total, 1)
  assert.deepEqual(visitor.faults, [])
})

test('the configuration is changed after every step was shown, and what is left to do is told', async () => {
  await using visitor = await enter(`/directories/${directoryId}/configuration`)
  const { page } = visitor
  await page.getByText('Nothing is left to do.').waitFor()
  await page.getByRole('radio', { name: /^Manage users, groups and passwords in this hub/u }).check()
  const steps = page.getByRole('list', { name: 'What happens' })
  await steps.getByText('Users and groups become the hub’s own').waitFor()
  await page.getByRole('checkbox', { name: /^Delete the agents/u }).check()
  await assertAccessibleInBothThemes(page, 'the steps of another configuration')
  await page.getByRole('button', { name: 'Change configuration' }).click()
  const rest = page.getByRole('list', { name: 'What is left to do' })
  await rest.getByText('Remove the import agent’s service from dc-side').waitFor()
  const changed = await api.directories.get(directoryId)
  assert.deepEqual([changed.useCase, changed.agents.map(({ kind }) => kind)], ['JCASAUTHORITY', ['SYNC']])
  await page.goto(`/admin/directories/${directoryId}/migration`)
  await page.getByRole('list', { name: 'Steps of the migration' }).getByText('Disconnect the domain').waitFor()
  await assertAccessibleInBothThemes(page, 'the way out of a domain')
  assert.deepEqual(visitor.faults, [])
})

test('a domain is disconnected without losing anybody', async () => {
  await using visitor = await enter(`/directories/${directoryId}?tab=settings`)
  const { page } = visitor
  const users = (await api.users.list()).total
  const groups = (await api.groups.list()).total
  await page.getByRole('button', { name: 'Disconnect domain' }).click()
  const dialog = page.getByRole('dialog', { name: 'Disconnect corp.example?' })
  await dialog.getByText('Nothing in corp.example changes').waitFor()
  await assertAccessibleInBothThemes(page, 'disconnecting a domain')
  await dialog.getByRole('textbox', { name: 'Type corp.example to go on' }).fill('corp.example')
  await dialog.getByRole('button', { name: 'Disconnect domain' }).click()
  await page.getByText('No directory yet').waitFor()
  assert.deepEqual([(await api.users.list()).total, (await api.groups.list()).total], [users, groups])
  assert.deepEqual(visitor.faults, [])
})
