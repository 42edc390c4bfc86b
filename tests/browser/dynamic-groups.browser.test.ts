// Groups whose members a rule decides: written with a live count, warned about who leaves, reviewed.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

let hub: Hub
let api: HubClient
let browser: Browser
const ids = new Map<string, string>()

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  for (const [username, department] of [
    ['ann', 'Sales'],
    ['ben', 'Sales'],
    ['cat', 'Law'],
    ['dan', 'Legacy'],
  ] as const) {
    const user = await api.users.create({
      username,
      email: `${username}@example.com`,
      displayname: `${username} example`,
      department,
      state: 'ACTIVATED',
    })
    ids.set(username, user.id)
  }
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

const idOf = (name: string): string => ids.get(name) ?? ''
const preview = (page: Page) => page.getByRole('region', { name: 'Who matches now' })

async function chooseOption(page: Page, label: string, option: string, within = page.locator('body')): Promise<void> {
  await within.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('a rule is written with suggested values and a live count, warns who leaves, and moves members', async () => {
  const group = await api.groups.create({ name: 'Sellers' })
  await api.groups.addMember(group.id, idOf('cat'))
  await using visitor = await enter(`/groups/${group.id}`)
  const { page } = visitor
  await page.getByText('By hand. People add and remove members', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Edit membership' }).click()
  await page.getByRole('radio', { name: 'By a rule', exact: true }).check()
  await preview(page).getByText('Complete the conditions').waitFor()
  const first = page.getByRole('group', { name: 'Condition 1' })
  const value = first.getByRole('combobox', { name: 'Value' })
  await value.fill('la')
  await page.getByRole('option', { name: 'Law', exact: true }).click()
  await preview(page).getByText('1 user matches').waitFor()
  assert.equal(await preview(page).getByText('would leave').count(), 0)
  await value.fill('sales')
  await preview(page).getByText('2 users match').waitFor()
  await preview(page).getByText('1 member would leave').waitFor()
  await preview(page).getByRole('list', { name: 'First members who do not match' }).getByText('cat example').waitFor()
  await assertAccessibleInBothThemes(page, 'the rule of a group')

  await page.getByRole('button', { name: 'Save membership' }).click()
  const dialog = page.getByRole('dialog', { name: 'Let 1 member leave?' })
  await dialog.getByText('cat example').waitFor()
  await assertAccessibleInBothThemes(page, 'the warning that members leave')
  await dialog.getByRole('button', { name: 'Save, 1 member leaves' }).click()
  await page.getByRole('heading', { name: 'Sellers', level: 1 }).waitFor()
  await page.getByText('By a rule. Whoever matches', { exact: false }).waitFor()
  await page.getByText('Department is sales').waitFor()
  const row = page.getByRole('row', { name: /ann example/ })
  await row.getByText('by a rule').waitFor()
  await page.getByRole('row', { name: /cat example/ }).waitFor({ state: 'detached' })
  assert.deepEqual((await api.groups.get(group.id)).memberQuery, {
    filters: [{ field: 'department', operation: 'equals', value: 'sales' }],
  })
  await row.getByRole('button', { name: 'Remove ann example' }).click()
  await page.getByText('ann example removed from Sellers and exempt from its rule').waitFor()
  await page.getByText('1 user exempt').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('several conditions are joined by any, a fault is told beside its condition, and a nested rule stays text', async () => {
  const group = await api.groups.create({ name: 'Mixed' })
  await using visitor = await enter(`/groups/${group.id}/membership`)
  const { page } = visitor
  await page.getByRole('radio', { name: 'By a rule', exact: true }).check()
  const first = page.getByRole('group', { name: 'Condition 1' })
  await page.getByRole('button', { name: 'Save membership' }).click()
  await first.getByText('Enter a value.').waitFor()
  await chooseOption(page, 'Comparison', 'is one of', first)
  const values = first.getByRole('combobox', { name: 'Values' })
  await values.fill('Law')
  await page.keyboard.press('Enter')
  await values.fill('Sales')
  await page.keyboard.press('Enter')
  await preview(page).getByText('3 users match').waitFor()
  await page.getByRole('button', { name: 'Add condition' }).click()
  const second = page.getByRole('group', { name: 'Condition 2' })
  await chooseOption(page, 'Field', 'Custom attribute', second)
  await second.getByRole('textbox', { name: 'Attribute' }).fill('bad name')
  await second.getByRole('combobox', { name: 'Value' }).fill('x')
  await second.getByText('is not known', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'a refused rule')
  await chooseOption(page, 'Field', 'Department', second)
  await second.getByRole('combobox', { name: 'Value' }).fill('Legacy')
  await preview(page).getByText('0 users match').waitFor()
  await page.getByText('Any may match').click()
  await preview(page).getByText('4 users match').waitFor()
  await page.getByRole('button', { name: 'Save membership' }).click()
  await page.getByText('or Department is Legacy').waitFor()
  const nested = { operation: 'and', filters: [{ field: 'department', operation: 'equals', value: 'Law' }] }
  await api.groups.update(group.id, { memberQuery: { filters: [{ operation: 'or', filters: [nested, nested] }] } })
  await page.goto(`/admin/groups/${group.id}/membership`)
  await page.getByRole('textbox', { name: 'Rule' }).waitFor()
  await preview(page).getByText('1 user matches').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('a reviewed rule suggests, a person applies, and the exempted are left out', async () => {
  const group = await api.groups.create({ name: 'Reviewed' })
  await api.groups.addMember(group.id, idOf('dan'))
  await using visitor = await enter(`/groups/${group.id}/membership`)
  const { page } = visitor
  await page.getByRole('radio', { name: 'By a rule, after review' }).check()
  await page.getByRole('group', { name: 'Condition 1' }).getByRole('combobox', { name: 'Value' }).fill('Sales')
  await preview(page).getByText('1 member would be suggested for removal').waitFor()
  await page.getByRole('combobox', { name: 'Exempt a user' }).fill('ben')
  await page.getByRole('option', { name: /ben example/ }).click()
  await page.getByRole('button', { name: 'No longer exempt ben example' }).waitFor()
  await page.getByRole('button', { name: 'Save membership' }).click()
  const suggested = page.getByRole('region', { name: 'Suggested by the rule' })
  await suggested.getByText('1 user to add, 1 member to remove').waitFor()
  await suggested.getByRole('checkbox', { name: 'Remove dan example' }).uncheck()
  await assertAccessibleInBothThemes(page, 'what a rule suggests')
  await suggested.getByRole('button', { name: 'Apply 1 suggestion' }).click()
  await page.getByText('1 suggestion applied').waitFor()
  await page.getByRole('row', { name: /ann example/ }).waitFor()
  await suggested.getByText('1 member to remove').waitFor()
  assert.deepEqual(visitor.faults, [])
})
