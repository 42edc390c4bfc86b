import { createHubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser } from './browser.ts'

let hub: Hub
let browser: Browser

before(async () => {
  hub = await startHub()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

test('who manages others is deleted once it is said who manages them then', async () => {
  const api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const make = (username: string, manager?: string) =>
    api.users.create({
      username,
      email: `${username}@example.com`,
      displayname: `${username} Tester`,
      ...(manager && { manager }),
    })
  const leaver = await make('leaver')
  const heir = await make('heir')
  const report = await make('report', leaver.id)
  await using visitor = await enterAdmin(browser, hub, `/users/${leaver.id}`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete leaver Tester?' })
  await dialog.getByRole('textbox', { name: 'Type leaver to go on' }).fill('leaver')
  await dialog.getByRole('button', { name: 'Delete user' }).click()
  const question = dialog.getByRole('radiogroup', { name: /leaver Tester is the manager of other users/ })
  await question.getByRole('radio', { name: 'They get another manager' }).check()
  await dialog.getByText('Choose the new manager.').waitFor()
  await assertAccessibleInBothThemes(page, 'the question for the new manager')
  await dialog.getByRole('combobox', { name: 'New manager' }).fill('heir')
  await page.getByRole('option', { name: /heir/ }).click()
  await dialog.getByRole('button', { name: 'Delete user' }).click()
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
  await assert.rejects(api.users.get(leaver.id), { status: 404 })
  assert.equal((await api.users.get(report.id)).managerName, heir.displayName)
  await page.goto(`/admin/users/${report.id}?tab=journal`)
  await page.getByRole('list', { name: 'Journal entries' }).getByText('heir Tester').first().waitFor()
  assert.deepEqual(visitor.faults, [])
})
