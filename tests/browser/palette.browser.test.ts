// The palette and what is scheduled for a user: found, chosen and done without a pointer.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, signIn, type Visitor } from './browser.ts'

let hub: Hub
let api: HubClient
let browser: Browser
let userId: string

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const user = {
    username: 'paula',
    email: 'paula@example.com',
    displayname: 'Paula Palette',
    state: 'ACTIVATED',
  } as const
  userId = (await api.users.create(user)).id
  await api.groups.create({ name: 'Painters' })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string, timezoneId = 'UTC'): Promise<Visitor> => enterAdmin(browser, hub, path, { timezoneId })

const active = (page: Page) => page.getByRole('option', { selected: true })

test('people, groups and acts are reached by typing, and the last ones stand in front', async () => {
  await using visitor = await enter('/journal')
  const { page } = visitor
  await page.keyboard.press('Control+k')
  const input = page.getByRole('combobox', { name: /^Go to/ })
  // Enter at once: the answer of the hub is waited for, and its first entry is meant.
  await input.pressSequentially('paula')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Paula Palette', level: 1 }).waitFor()
  await page.keyboard.press('Meta+k')
  await input.pressSequentially('paint')
  await active(page).getByText('Painters').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Painters', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  assert.deepEqual(
    (await page.getByRole('option').allInnerTexts()).slice(0, 2).map((text) => text.split('\n')[0]),
    ['Painters', 'Paula Palette'],
  )
  await assertAccessibleInBothThemes(page, 'the palette with its last entries')
  await input.fill('nothing like this')
  await page.getByText('Nothing has this name.').waitFor()
  await assertAccessibleInBothThemes(page, 'the palette without a result')
  await input.fill('csv')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Import users', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  await input.fill('theme dark')
  await page.keyboard.press('Enter')
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
  // A dialog that is closing still gives the focus back.
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const opener = page.getByRole('banner').getByRole('button', { name: /^Go to/ })
  await opener.focus()
  await page.keyboard.press('Enter')
  await input.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Escape')
  await opener.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Control+k')
  await input.fill('sign out')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await signIn(page, hub.administrator)
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('option', { name: /^Home/ }).waitFor()
  assert.equal(
    await page.getByRole('option', { name: /Paula/ }).count(),
    0,
    'signing out forgets whom somebody looked up',
  )
  assert.deepEqual(visitor.faults, [])
})

test('a change is scheduled in the reader’s time zone and called off', async () => {
  await using visitor = await enter(`/users/${userId}`, 'Europe/Berlin')
  const { page } = visitor
  const section = page.getByRole('region', { name: 'Scheduled changes' })
  await section.getByText('Nothing is scheduled.').waitFor()
  await section.getByText('Times in Europe/Berlin', { exact: false }).waitFor()
  await section.getByRole('button', { name: 'Schedule a change' }).click()
  const dialog = page.getByRole('dialog', { name: 'Schedule a change of Paula Palette' })
  await dialog.getByLabel('Date and time').fill('2020-01-15T09:00')
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await dialog.getByText('Choose a time in the future.').waitFor()
  await dialog.getByLabel('Date and time').fill('2099-01-15T09:00')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Contract ends')
  await dialog.getByText('Suspends', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the form of a scheduled change')
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const [scheduled] = (await api.users.scheduledStates(userId)).items
  assert.deepEqual([scheduled?.state, scheduled?.due], ['SUSPENDED', '2099-01-15T08:00:00.000Z'])
  const row = section.getByRole('listitem')
  await row.getByText('Suspend', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'a scheduled change')
  await row.getByRole('button', { name: /^Call off/ }).click()
  await section.getByText('Nothing is scheduled.').waitFor()
  assert.equal((await api.users.scheduledStates(userId)).items.length, 0)
  assert.deepEqual(visitor.faults, [])
})
