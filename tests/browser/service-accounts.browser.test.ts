// Accounts of programs: keys and OAuth clients from their making to their end.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser } from './browser.ts'

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

/** Reads the secret that is shown once, and closes what shows it. */
async function takeSecret(page: Page, title: string): Promise<{ readonly secret: string; readonly clientId: string }> {
  const dialog = page.getByRole('dialog', { name: title })
  const text = async (label: string): Promise<string> =>
    ((await dialog.getByLabel(label, { exact: true }).textContent()) ?? '').trim()
  await dialog.getByLabel('Secret', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, title)
  await page.keyboard.press('Escape')
  const secret = await text('Secret')
  const clientId = title === 'The new OAuth client' ? await text('Client id') : ''
  await dialog.getByRole('button', { name: 'I have copied it' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  assert.ok(secret.length >= 20)
  assert.equal((await page.content()).includes(secret), false, 'the secret is gone from the page')
  return { secret, clientId }
}

test('a program gets an account, a key that is rotated and revoked, and is deleted', async () => {
  await using visitor = await enterAdmin(browser, hub, '/settings?tab=programs')
  const { page } = visitor
  await page.getByText('No service account yet').waitFor()
  await assertAccessibleInBothThemes(page, 'the service accounts of a new hub')

  await page.getByRole('button', { name: 'Create service account' }).press('Enter')
  const form = page.getByRole('dialog', { name: 'Create service account' })
  await form.getByRole('textbox', { name: 'Name' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await form.getByText('Enter what the account is for.').waitFor()
  await form.getByText('Enter a role.').waitFor()
  await assertAccessibleInBothThemes(page, 'the account’s form with faults')
  await page.keyboard.type('HR system')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option', { name: 'Read only' }).click()
  await form.getByRole('button', { name: 'Create service account' }).press('Enter')
  const account = page.getByRole('listitem', { name: 'HR system' })
  await account.getByText('No key yet', { exact: false }).waitFor()

  await page.getByRole('button', { name: 'Add key to HR system' }).press('Enter')
  await page.getByRole('button', { name: 'Create key' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the key’s form')
  await page.getByRole('button', { name: 'Create key' }).press('Enter')
  const first = await takeSecret(page, 'The new API key')
  const program = createHubClient({ baseUrl: hub.url, apiKey: first.secret })
  assert.equal((await program.users.list({ limit: 1 })).total, 0)
  await page.reload()
  await account.getByText('last used', { exact: false }).waitFor()

  await account.getByRole('button', { name: /^Rotate / }).click()
  await assertAccessibleInBothThemes(page, 'the question before rotating')
  await page.getByRole('dialog').getByRole('button', { name: 'Create the new key' }).click()
  const next = await takeSecret(page, 'The new API key')
  assert.equal((await createHubClient({ baseUrl: hub.url, apiKey: next.secret }).users.list({ limit: 1 })).total, 0)
  const old = account.getByRole('list', { name: 'Keys of HR system' }).getByRole('listitem').filter({
    hasText: 'last used',
  })
  await old
    .getByRole('button', { name: /^Revoke / })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke 1 key' }).click()
  await page.getByText('Key of HR system revoked').waitFor()
  await assert.rejects(program.users.list({ limit: 1 }))

  const lastly = createHubClient({ baseUrl: hub.url, apiKey: next.secret })
  await page.getByRole('button', { name: 'Disable HR system' }).press('Enter')
  await assertAccessibleInBothThemes(page, 'the question before disabling an account')
  await page.getByRole('button', { name: 'Disable service account' }).press('Enter')
  await account.getByText('Disabled', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'a disabled service account')
  await assert.rejects(lastly.users.list({ limit: 1 }))
  await page.getByRole('button', { name: 'Enable HR system' }).press('Enter')
  await page.getByRole('button', { name: 'Enable service account' }).press('Enter')
  await page.getByRole('button', { name: 'Disable HR system' }).waitFor()
  assert.equal((await lastly.users.list({ limit: 1 })).total, 0)

  await page.getByRole('button', { name: 'Edit HR system' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Payroll')
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('listitem', { name: 'Payroll' }).waitFor()
  await page.getByRole('button', { name: 'Delete Payroll' }).click()
  await page.getByRole('textbox', { name: 'Type Payroll to go on' }).fill('Payroll')
  await assertAccessibleInBothThemes(page, 'the question before deleting an account')
  await page.getByRole('button', { name: 'Delete service account' }).click()
  await page.getByText('No service account yet').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('an OAuth client exchanges its secret for a token, and its end is announced', async () => {
  const role = (await api.roles.list()).items.find((each) => each.role === 'manager')
  const account = await api.serviceAccounts.create({ name: 'Sync', roleId: role?.id ?? '' })
  await api.serviceAccounts.addCredential(account.id, { kind: 'api_key', lifetimeDays: 5 })
  await using visitor = await enterAdmin(browser, hub, '/settings?tab=programs')
  const { page } = visitor
  await page.getByText(/^Expires in [45] days$/).waitFor()
  await page.getByRole('button', { name: 'Add key to Sync' }).click()
  await page.getByRole('radio', { name: 'OAuth client' }).check()
  await page.getByRole('button', { name: 'Create key' }).click()
  const { secret, clientId } = await takeSecret(page, 'The new OAuth client')
  const reply = await fetch(`${hub.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  assert.equal(reply.status, 200)
  await page.getByText(clientId).waitFor()
  await assertAccessibleInBothThemes(page, 'the service accounts')
  assert.deepEqual(visitor.faults, [])
})

test('an API key of an administrator tells when it ends', async () => {
  await api.apiKeys.create({ name: 'Short script', expiresInDays: 3 })
  await using visitor = await enterAdmin(browser, hub, '/settings?tab=keys')
  const { page } = visitor
  const row = page.getByRole('listitem').filter({ hasText: 'Short script' })
  await row.getByText(/^Expires in [23] days$/).waitFor()
  await row.getByText('never used', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the API keys')
})
