// What only a real domain brings about: held plans, fields that somebody else manages, writes that are refused.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import type { UserDetail } from '@lockstep/contract/hub/user'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type DemoReport, type RunningDemo, sambaTool, startDemo } from '../demo.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

/** Groups whose people are more than half of the company. */
const manyGroups = 'Engineering,Marketing,Customer Success,Sales'
/** What the domain does is seen here after the agent's next look; never waited out when it works. */
const domainPatience = { timeout: 60_000 }

let demo: RunningDemo
let report: DemoReport
let api: HubClient
let browser: Browser
let directoryId: string

before(async () => {
  demo = await startDemo()
  report = await demo.report()
  api = createHubClient({ baseUrl: report.hub, apiKey: report.apiKey })
  directoryId = (await api.directories.list()).items[0]?.id ?? ''
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const enter = (path: string): Promise<Visitor> =>
  enterAdmin(
    browser,
    { url: report.hub, administrator: { email: report.adminEmail, password: report.adminPassword } },
    path,
  )

async function agentOf(kind: DirectoryAgent['kind']): Promise<DirectoryAgent | undefined> {
  return (await api.directories.get(directoryId)).agents.find((agent) => agent.kind === kind)
}

async function userNamed(username: string): Promise<UserDetail> {
  const found = (await api.users.list({ search: username })).items.find((each) => each.username === username)
  assert.ok(found, username)
  return api.users.get(found.id)
}

test('many who leave at once wait in a plan that a person reads and dismisses', async () => {
  await using visitor = await enter('/')
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  await using list = await enter('/plans')
  await list.page.getByText('No plan was ever held').waitFor()
  await list.page.getByText('Live', { exact: true }).waitFor()
  await sambaTool(report, 'group', 'removemembers', 'Lockstep', manyGroups)
  const review = page.getByRole('link', { name: /^Review \d+ changes$/ })
  await review.waitFor(domainPatience)
  const count = Number(/\d+/u.exec((await review.textContent()) ?? '')?.[0])
  assert.ok(count >= 60)
  await page.getByRole('link', { name: 'Plans' }).getByLabel('1 plan held').waitFor()
  await page.getByRole('navigation', { name: 'Counts' }).getByRole('link', { name: '1 held plan' }).waitFor()
  await list.page.getByRole('button', { name: '1 new · show' }).click(domainPatience)
  await list.page
    .getByRole('row', { name: /Suspend \d+ users/ })
    .getByText('Held')
    .waitFor()
  await assertAccessibleInBothThemes(list.page, 'a list with a held plan')
  await review.click()

  await page.getByRole('heading', { name: `Suspend ${count} users`, level: 1 }).waitFor()
  await page.getByText('Nothing of it has been done.', { exact: false }).waitFor()
  const tile = page.getByRole('button', { name: `${count} Suspend` })
  await tile.click()
  await page.getByRole('button', { name: 'Remove the filter: Kind: Suspend' }).waitFor()
  assert.equal(await tile.getAttribute('aria-pressed'), 'true')
  // They stand on several pages, in no order of their names.
  await page.getByRole('textbox', { name: 'Search items' }).fill('lena.schroeder')
  const row = page.getByRole('row', { name: /lena\.schroeder/ })
  await row.getByText('Active', { exact: true }).waitFor()
  await row.getByText('The account left the integration group', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'a held plan')

  await page.getByRole('button', { name: 'Dismiss', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Dismiss ${count} changes?` })
  await dialog.getByRole('button', { name: `Dismiss ${count} changes` }).click()
  await dialog.getByText('Say why, in a few words.', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the dismissal without a reason')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Somebody cleaned up too much')
  await dialog.getByRole('button', { name: `Dismiss ${count} changes` }).click()
  await page.getByText(`Dismissed by ${report.adminEmail}`, { exact: false }).waitFor()
  await page.getByText('Somebody cleaned up too much').waitFor()
  await row.getByText('Kept as it is').waitFor()
  assert.equal((await userNamed('lena.schroeder')).state, 'ACTIVATED')
  await page.getByLabel('1 plan held').waitFor({ state: 'detached' })
  await list.page
    .getByRole('row', { name: /Suspend \d+ users/ })
    .getByText('Dismissed')
    .waitFor()
  assert.deepEqual([visitor.faults, list.faults], [[], []])
})

test('a released plan suspends its users before the eyes of who looks at one', async () => {
  const lena = await userNamed('lena.schroeder')
  const dismissed = (await api.plans.list({ state: 'dismissed' })).items[0]
  await using visitor = await enter(`/plans/${dismissed?.id ?? ''}`)
  const { page } = visitor
  await sambaTool(report, 'group', 'addmembers', 'Lockstep', manyGroups)
  await page.getByRole('heading', { name: 'Nothing left to do', level: 1 }).waitFor(domainPatience)
  await sambaTool(report, 'group', 'removemembers', 'Lockstep', manyGroups)
  await page.getByLabel('1 plan held').waitFor(domainPatience)
  await page.goto('/admin/plans?state=quarantined')
  await page.getByRole('link', { name: /^Suspend \d+ users$/ }).click()
  await page.getByRole('button', { name: /^Release \d+ changes$/ }).click()

  await using other = await enter(`/users/${lena.id}`)
  await other.page.getByText('Live', { exact: true }).waitFor()
  const dialog = page.getByRole('dialog', { name: /^Release \d+ changes\?$/ })
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The branch was closed')
  await assertAccessibleInBothThemes(page, 'the release')
  await dialog.getByRole('button', { name: /^Release \d+ changes$/ }).click()
  await page.getByText(/^Applied by /u).waitFor(domainPatience)
  await page.getByRole('textbox', { name: 'Search items' }).fill('lena.schroeder')
  await page
    .getByRole('row', { name: /lena\.schroeder/ })
    .getByText('Applied')
    .waitFor()
  await other.page.getByRole('main').getByText('Suspended', { exact: true }).first().waitFor(domainPatience)
  await other.page.getByText('by', { exact: false }).getByRole('link', { name: 'lockstep.example' }).first().waitFor()
  await other.page.getByRole('tab', { name: 'Journal' }).click()
  await other.page.getByText('user suspended').waitFor()
  assert.deepEqual([visitor.faults, other.faults], [[], []])
})

test('what the domain manages is read-only here, and who is disabled there is not activated here', async () => {
  const { items } = await api.users.list({ directoryId, state: 'SUSPENDED', limit: 200 })
  const names = await Promise.all(items.map((each) => api.users.get(each.id)))
  const disabled = names.find((each) => each.accounts.some((account) => account.enabled === false))
  assert.ok(disabled)
  await using visitor = await enter(`/users/${disabled.id}/edit`)
  const { page } = visitor
  const department = page.getByRole('textbox', { name: 'Department' })
  await page.getByRole('link', { name: 'lockstep.example' }).first().waitFor()
  assert.equal(await department.getAttribute('readonly'), '')
  await page.goto(`/admin/users/${disabled.id}`)
  await page.getByRole('button', { name: 'Activate', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('lockstep.example suspended this user.', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Activate user' }).click()
  await dialog.getByText('The account is disabled in its directory.', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the refused activation')
  assert.deepEqual(visitor.faults, [])
})

test('a write that the domain refuses is told with its remedy and can be tried again', async () => {
  // The name of an account that every domain has and that lies outside the root container.
  const user = await api.users.create({
    username: 'krbtgt',
    email: 'krbtgt@lockstep.example',
    firstname: 'Kay',
    lastname: 'Taken',
    state: 'ACTIVATED',
  })
  await using visitor = await enter(`/users/${user.id}?tab=accounts`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Connect to lockstep.example' }).click()
  await page
    .getByText('An account of this name exists already, outside the root container', { exact: false })
    .first()
    .waitFor(domainPatience)
  await page.getByText('Move that account below the root container', { exact: false }).first().waitFor()
  await assertAccessibleInBothThemes(page, 'a failed account')
  await page.getByRole('button', { name: 'Try lockstep.example again now' }).click()
  await page.getByText('lockstep.example is tried again').waitFor()
  await page.getByRole('button', { name: 'Disconnect from lockstep.example' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect 1 account' }).click()
  await page.getByText('Disconnected from lockstep.example').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('members say how they came in, and one through a nested group is not removed here', async () => {
  const finance = (await api.groups.list({ search: 'Finance' })).items[0]
  assert.ok(finance)
  const members = (await api.groups.members(finance.id, { limit: 100 })).items
  const nested = members.find((each) => each.origins.join('') === 'nested')
  assert.ok(nested)
  await using visitor = await enter(`/groups/${finance.id}?search=${nested.username}`)
  const { page } = visitor
  const row = page.getByRole('row', { name: new RegExp(nested.username, 'u') })
  await row.getByText('through a nested group').waitFor()
  const remove = row.getByRole('button', { name: /^Remove / })
  assert.equal(await remove.getAttribute('aria-disabled'), 'true')
  await remove.hover()
  await page.getByText('Member through a group in this group.', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'a group of the domain')
  assert.deepEqual(visitor.faults, [])
})

test('an agent is paused and resumed, and everything is read on demand', async () => {
  await using visitor = await enter(`/directories/${directoryId}`)
  const { page } = visitor
  await page.getByRole('button', { name: /^Pause the sync agent/ }).click()
  await page.getByText('Changes wait until it is resumed.', { exact: false }).first().waitFor()
  await assertAccessibleInBothThemes(page, 'a directory with a paused agent')
  assert.equal((await agentOf('SYNC'))?.state, 'paused')
  await page.getByRole('button', { name: /^Resume the sync agent/ }).click()
  await page.getByRole('button', { name: /^Pause the sync agent/ }).waitFor()
  assert.equal((await agentOf('SYNC'))?.state, 'active')
  await page.getByRole('button', { name: 'Read everything now' }).click()
  await page.getByText('lockstep.example is read completely', { exact: false }).waitFor()
  await page.getByRole('button', { name: /^Delete the import agent/ }).click()
  const dialog = page.getByRole('dialog', { name: /^Delete the import agent/ })
  await dialog.getByText('It is the last import agent', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the deletion of an agent')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  assert.deepEqual(visitor.faults, [])
})

// The last one: without its import agent the domain is not read any more.
test('a deleted agent is gone from the page and from the hub, which knows it no more', async () => {
  await using visitor = await enter(`/directories/${directoryId}`)
  const { page } = visitor
  await page.getByRole('button', { name: /^Delete the import agent/ }).click()
  const dialog = page.getByRole('dialog', { name: /^Delete the import agent/ })
  await dialog.getByRole('button', { name: 'Delete agent' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /^Delete the import agent/ }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /^Delete the sync agent/ }).waitFor()
  assert.equal(await agentOf('IMPORT'), undefined)
  assert.ok(await agentOf('SYNC'))
  await page.locator('#content:focus').waitFor()
  const read = page.getByRole('button', { name: 'Read everything now' })
  assert.equal(await read.getAttribute('aria-disabled'), 'true')
  await page.goto('/admin/journal?action=agent.delete')
  await page.getByRole('button', { name: 'agent deleted' }).first().waitFor()
  await assertAccessibleInBothThemes(page, 'the journal of deleted agents')
  assert.deepEqual(visitor.faults, [])
})
