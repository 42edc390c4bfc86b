// What holds for everybody: the organization's settings and the roles.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, signIn, visit, type Visitor } from './browser.ts'

let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

test('the settings are explained while they are typed, kept in their limits, guarded and saved', async () => {
  await using visitor = await enter('/settings?tab=organization')
  const { page } = visitor
  const words = page.getByRole('complementary', { name: 'In words' })
  await words.getByText('A password has at least 12 characters', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the settings')
  const save = page.getByRole('button', { name: 'Save settings' })
  assert.equal(await save.isDisabled(), true)

  await page.getByRole('textbox', { name: 'Least length' }).fill('7')
  await words.getByText('A number is outside of its limits.').waitFor()
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nobody')
  await save.press('Enter')
  await page.getByText('Enter a whole number from 8 to 64.').waitFor()
  await page.getByRole('textbox', { name: 'Contact’s e-mail' }).and(page.locator(':focus')).waitFor()
  await assertAccessibleInBothThemes(page, 'the settings with faults')
  await page.getByRole('textbox', { name: 'Contact’s e-mail' }).fill('it@example.com')
  await page.getByRole('textbox', { name: 'Least length' }).fill('10')
  await words.getByText('Fewer than 12 characters are guessed fast.', { exact: false }).waitFor()
  await page.getByRole('switch', { name: 'A symbol' }).press('Space')
  await words.getByText('with a small letter, a capital letter and a digit.', { exact: false }).waitFor()
  await page.getByRole('textbox', { name: 'Minutes that it stays locked' }).fill('')
  await words.getByText('lock the account until somebody unlocks it.', { exact: false }).waitFor()
  await page.getByRole('combobox', { name: 'Imported from a file' }).click()
  await page.getByRole('option', { name: 'Staged' }).click()
  await page.getByText('5 changes are not saved').waitFor()

  await page.getByRole('tab', { name: 'Roles' }).click()
  const guard = page.getByRole('dialog', { name: 'Leave without saving?' })
  await guard.waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Groups' }).click()
  await guard.getByRole('button', { name: 'Cancel' }).click()
  await save.press('Enter')
  await page.getByText('Settings saved').waitFor()
  const stored = await api.settings.get()
  assert.equal(stored.contactEmail, 'it@example.com')
  assert.deepEqual(
    [stored.passwordPolicy.minLength, stored.passwordPolicy.needsSymbolic, stored.passwordPolicy.lockoutSeconds],
    [10, false, null],
  )
  assert.equal(stored.newUserStates.csv, 'STAGED')
  await page.getByRole('tab', { name: 'Roles' }).click()
  await page.getByRole('heading', { name: 'The hub’s roles' }).waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('a role is made, held by an administrator, changed, and deleted when nobody holds it', async () => {
  await using visitor = await enter('/settings?tab=roles')
  const { page } = visitor
  await page.getByText('No role of your own yet').waitFor()
  await assertAccessibleInBothThemes(page, 'the roles of a new hub')
  await page.getByRole('button', { name: 'Create role' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Create role' })
  await dialog.getByRole('textbox', { name: 'Name' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.type('Group readers')
  await page.keyboard.press('Enter')
  await dialog.getByText('Tick what the role allows.').waitFor()
  await dialog.getByRole('checkbox', { name: 'See, create, change and delete users' }).check()
  assert.equal(await dialog.getByRole('checkbox', { name: 'Suspend users' }).isChecked(), true)
  assert.equal(await dialog.getByRole('checkbox', { name: 'Suspend users' }).isDisabled(), true)
  await dialog.getByRole('checkbox', { name: 'See, create, change and delete users' }).uncheck()
  await dialog.getByRole('checkbox', { name: 'See groups' }).press('Space')
  await assertAccessibleInBothThemes(page, 'the role’s form')
  await dialog.getByRole('button', { name: 'Create role' }).press('Enter')
  const card = page.getByRole('listitem', { name: 'Group readers' })
  await card.getByText('May see groups.').waitFor()
  await assertAccessibleInBothThemes(page, 'the roles')

  await page.getByRole('tab', { name: 'Administrators' }).click()
  await page.getByRole('button', { name: 'Add administrator' }).click()
  const form = page.getByRole('dialog', { name: 'Add administrator' })
  await form.getByRole('textbox', { name: 'Name' }).fill('Rita Reader')
  await form.getByRole('textbox', { name: 'E-mail' }).fill('rita@example.com')
  await form.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'Group readers' }).click()
  await form.getByLabel('First password').fill('a long enough password')
  await form.getByRole('button', { name: 'Add administrator' }).click()
  await page.getByRole('combobox', { name: 'Role of Rita Reader' }).waitFor()
  assert.equal(await page.getByRole('combobox', { name: 'Role of Rita Reader' }).inputValue(), 'Group readers')

  await using rita = await visit(browser, hub.url)
  await rita.page.goto('/admin/groups')
  await signIn(rita.page, { email: 'rita@example.com', password: 'a long enough password' })
  await rita.page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor()
  await rita.page.goto('/admin/settings')
  await rita.page.getByText('Your role, Group readers, does not allow you to see administrators.').waitFor()

  await page.getByRole('tab', { name: 'Roles' }).click()
  await page.getByRole('button', { name: 'Delete Group readers' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete role' }).click()
  await page.getByRole('alert').getByText('Somebody holds this role.', { exact: false }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: 'Administrators' }).click()
  await page.getByRole('combobox', { name: 'Role of Rita Reader' }).click()
  await page.getByRole('option', { name: 'Help desk' }).click()
  await page.getByText('Rita Reader saved').waitFor()
  await page.getByRole('tab', { name: 'Roles' }).click()
  await page.getByRole('button', { name: 'Edit Group readers' }).click()
  await page.getByRole('dialog').getByRole('checkbox', { name: 'Read the journal' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
  await card.getByText('May see groups, read the journal.').waitFor()
  await page.getByRole('button', { name: 'Delete Group readers' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete role' }).click()
  await page.getByText('No role of your own yet').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('who asks for a second factor of everybody sets up their own at once', async () => {
  await using visitor = await enter('/settings?tab=organization')
  const { page } = visitor
  await page.getByRole('switch', { name: 'Every administrator needs a second factor' }).check()
  await page.getByText('this holds for you too, at once', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Save settings' }).click()
  await page.getByRole('heading', { name: 'Set up your second factor', level: 1 }).waitFor()
  await api.settings.update({ requireSecondFactor: false })
  assert.deepEqual(visitor.faults, [])
})
