// What an administrator does for a user who cannot sign in: ends a lock, and sends the mail that leads to a password.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser } from './browser.ts'
import { ada, assertRight, makeUser } from './user-visits.ts'

let hub: Hub
let api: HubClient
let mails: MailServer
let browser: Browser

before(async () => {
  mails = await startMailServer()
  hub = await startHub({ env: { SMTP_URL: mails.url } })
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
  await mails?.stop()
})

const heading = (page: Page, name: string): Locator => page.getByRole('heading', { name, level: 1 })

/** Changes fields that only JumpCloud's interface names. */
async function change(id: string, fields: object): Promise<void> {
  const reply = await fetch(`${hub.url}/api/systemusers/${id}`, {
    method: 'PUT',
    headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
  assert.equal(reply.status, 200, await reply.text())
}

/** Presses the button with the keyboard and confirms, after a look at the question. */
async function confirm(page: Page, button: string, action: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: action, exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, `the question of ${button}`)
  await dialog.getByRole('button', { name: action, exact: true }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

test('a locked user is seen to be locked, by whom, and the hub’s lock is ended', async () => {
  const { displayname: _none, ...person } = { ...ada, username: 'lou', email: 'lou@example.com' }
  const { id } = await makeUser(hub, person)
  await change(id, { account_locked: true })
  await using visitor = await enterAdmin(browser, hub, `/users/${id}`)
  const { page } = visitor
  // Without a display name people are called by first and last name.
  await heading(page, 'Ada Lovelace').waitFor()
  await page.getByText('The user is locked out of this hub.').waitFor()
  await assertRight(page, 'a user who is locked out')
  await confirm(page, 'Unlock', 'Unlock user')
  await page.getByText('The user is locked out of this hub.').waitFor({ state: 'detached' })
  assert.equal((await api.users.get(id)).accountLocked, false)
  await page.getByRole('tab', { name: 'Journal' }).click()
  await page.getByText('Account locked').first().waitFor()

  const until = new Date(Date.now() + 3_600_000).toISOString()
  const corp = await api.directories.create({ domain: 'corp.example', useCase: 'TWOWAYSYNC' })
  const restrictedFields = [{ type: 'active_directory', id: corp.id, field: 'password' }]
  await change(id, { restrictedFields })
  await page.route(`**/hub/v1/users/${id}`, async (route) => {
    // The domain's lock is read by its agents alone.
    const reply = await route.fetch()
    const user = (await reply.json()) as { fields: object }
    await route.fulfill({
      response: reply,
      json: { ...user, fields: { ...user.fields, external_locked_until: until } },
    })
  })
  await page.goto(`/admin/users/${id}`)
  await page.getByText('The account is locked in').getByRole('link', { name: 'corp.example' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Unlock', exact: true }).count(), 0)
  await assertRight(page, 'a user who is locked in the domain')
  const mail = page.getByRole('button', { name: 'Send password link' })
  assert.equal(await mail.getAttribute('aria-disabled'), 'true')
  await mail.focus()
  await page.getByText('The password is managed in corp.example and changed there.').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('who has no password gets the welcome mail again, who has one a link to another; the journal tells of both', async () => {
  const { password, ...person } = { ...ada, username: 'may', email: 'may@example.com', state: 'ACTIVATED' }
  const { id } = await makeUser(hub, person)
  await using visitor = await enterAdmin(browser, hub, `/users/${id}`)
  const { page } = visitor
  await heading(page, 'Ada Lovelace').waitFor()
  await mails.take(1)
  await confirm(page, 'Send welcome mail', 'Send welcome mail')
  await page.getByText('Welcome mail on its way to may@example.com').waitFor()
  await change(id, { password })
  await confirm(page, 'Send password link', 'Send password link')
  const taken = await mails.take(3)
  assert.deepEqual(
    taken.map(({ recipients, subject }) => `${recipients.join()}: ${subject}`),
    [
      'may@example.com: Welcome to Lockstep',
      'may@example.com: Welcome to Lockstep',
      'may@example.com: Choose a new password for Lockstep',
    ],
  )
  await page.getByRole('tab', { name: 'Journal' }).click()
  await page.getByText('user is to get the welcome mail').waitFor()
  await page.getByText('user is to get a password link').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('the form for a new user says what mail the user gets', async () => {
  await using visitor = await enterAdmin(browser, hub, '/users/new')
  const { page } = visitor
  await page.getByText('Is welcomed by mail, with a link to choose a password.', { exact: false }).waitFor()
  await api.mail.update({ welcomesNewUsers: false })
  await page.reload()
  await page.getByText('welcoming new users is switched off', { exact: false }).waitFor()
  assert.deepEqual(visitor.faults, [])
})
