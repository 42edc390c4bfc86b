// The portal without a pointer: every dialog, every list.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

let hub: Hub
let api: HubClient
let browser: Browser
let userId: string
let groupId: string
let directoryId: string

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const user = { username: 'kay', email: 'kay@example.com', displayname: 'Kay Board', state: 'ACTIVATED' } as const
  userId = (await api.users.create(user)).id
  groupId = (await api.groups.create({ name: 'Typists' })).id
  await api.groups.addMember(groupId, userId)
  directoryId = (await api.directories.create({ domain: 'keys.example', useCase: 'TWOWAYSYNC' })).id
  await api.directories.addAgent(directoryId, { kind: 'IMPORT' })
  await api.administrators.create({
    email: 'second@example.com',
    name: 'Sam Second',
    role: 'help_desk',
    password: 'a long enough password',
  })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

async function assertFocused(target: Locator, what: string): Promise<void> {
  await target
    .and(target.page().locator(':focus'))
    .waitFor({ state: 'attached' })
    .catch(() => assert.fail(what))
}

/** Opens with Enter, looks, closes with Escape, and finds the focus where it was. */
async function assertClosesOnEscape(page: Page, opener: Locator, what: string): Promise<void> {
  await opener.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await assertFocused(page.locator('[role="dialog"]:focus, [role="dialog"] :focus'), `${what} takes the focus`)
  await assertAccessibleInBothThemes(page, what)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await assertFocused(opener, `${what} gives the focus back`)
}

test('every dialog closes on Escape and gives the focus back', async () => {
  await using visitor = await enter('/')
  const { page } = visitor
  const dialogs = [
    [`/users/${userId}`, 'Suspend'],
    [`/users/${userId}`, 'Delete'],
    [`/users/${userId}`, 'Why this value: Department'],
    ['/users', 'Columns and density'],
    [`/groups/${groupId}`, 'Edit'],
    [`/groups/${groupId}`, 'Delete'],
    [`/directories/${directoryId}`, 'Add agent'],
    [`/directories/${directoryId}`, /^Delete the new import agent/],
    [`/directories/${directoryId}?tab=settings`, 'Disconnect domain'],
    ['/settings', 'Add administrator'],
    ['/settings', 'Delete Sam Second'],
    ['/settings?tab=keys', 'Create API key'],
    ['/settings?tab=keys', /^Revoke /],
    ['/settings?tab=programs', 'Create service account'],
    ['/settings?tab=roles', 'Create role'],
    ['/account', 'Set up second factor'],
    ['/journal', 'Verify the journal'],
  ] as const
  for (const [path, name] of dialogs) {
    await page.goto(`/admin${path}`)
    const opener = page
      .getByRole('main')
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first()
    await opener.waitFor()
    await assertClosesOnEscape(page, opener, `${String(name)} of ${path}`)
  }
  assert.deepEqual(visitor.faults, [])
})

test('the palette and the account’s menu close on Escape and give the focus back', async () => {
  await using visitor = await enter('/users')
  const { page } = visitor
  await assertClosesOnEscape(page, page.getByRole('banner').getByRole('button', { name: /^Go to/ }), 'the palette')
  const account = page.getByRole('banner').getByRole('button').last()
  await account.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor()
  await assertAccessibleInBothThemes(page, 'the account’s menu')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await assertFocused(account, 'the account’s menu gives the focus back')
})

test('a bulk action’s question closes on Escape, and afterwards the focus is on the page', async () => {
  await using visitor = await enter('/users')
  const { page } = visitor
  await page.getByRole('checkbox', { name: 'Select Kay Board' }).check()
  const suspend = page.getByRole('button', { name: 'Suspend 1 user' })
  await assertClosesOnEscape(page, suspend, 'the question of a bulk action')
  await suspend.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend 1 user' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('1 user suspended').waitFor()
  await assertFocused(page.locator('#content'), 'the focus is on the page’s content')
  await page.getByRole('button', { name: 'Undo: activate 1 user' }).press('Enter')
  await page.getByText('1 user activated').waitFor()
})

test('the rows of every list are reached with Tab, and the slash leads to the search', async () => {
  await using visitor = await enter('/')
  const { page } = visitor
  const lists = [
    ['/users', 'Search users', /Kay Board/],
    ['/groups', 'Search groups', /Typists/],
    [`/groups/${groupId}`, 'Search members', /Kay Board/],
  ] as const
  for (const [path, search, name] of lists) {
    await page.goto(`/admin${path}`)
    const row = page.getByRole('row', { name })
    await row.waitFor()
    await page.keyboard.press('/')
    await assertFocused(page.getByRole('textbox', { name: search }), `the slash leads to ${search}`)
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      if ((await row.and(page.locator(':focus')).count()) > 0) break
    }
    await assertFocused(row, `a row of ${path} is reached`)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/(users|groups)\/[0-9a-f]{24}$/u)
  }
  await page.goto('/admin/journal')
  await page
    .getByRole('button', { name: /^Details of entry/ })
    .first()
    .waitFor()
  await page.keyboard.press('/')
  await page.getByRole('dialog', { name: 'Go to' }).getByRole('combobox').waitFor()
  assert.deepEqual(visitor.faults, [])
})
