// Mails from the portal's side: the mail room, invitations, forgotten passwords and which mails one wants.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, visit, type Visitor } from './browser.ts'

let server: MailServer
let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  server = await startMailServer()
  hub = await startHub({ env: { SMTP_URL: `${server.url}?from=directory@example.com` } })
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
  await server?.stop()
})

const enter = (path: string, where = hub): Promise<Visitor> => enterAdmin(browser, where, path)

test('a test mail is sent from the mail room, and one that fails is seen with its reason and tried again', async () => {
  await using visitor = await enter('/settings?tab=mail')
  const { page, faults } = visitor
  await page.getByText('Set LOCKSTEP_PUBLIC_URL', { exact: false }).waitFor()
  await page.getByText('directory@example.com').first().waitFor()
  server.manners.push({ recipient: '550 5.7.1 not for you' })
  await page.getByRole('button', { name: 'Send test mail' }).click()
  const mails = page.getByRole('list', { name: 'Mails' })
  await mails.getByText('Not sent').waitFor()
  await mails.getByText('550 5.7.1 not for you').waitFor()
  await assertAccessibleInBothThemes(page, 'the mail room with a mail that failed')
  await mails.getByRole('button', { name: `Try the mail to ${hub.administrator.email} again` }).press('Enter')
  await mails.getByText('Sent', { exact: true }).waitFor()
  await page.getByText('None in the last 30 days').waitFor({ state: 'detached' })
  assert.deepEqual(server.taken.at(-1)?.recipients, [hub.administrator.email])
  await page.getByRole('radiogroup', { name: 'Which mails' }).getByText('Not sent').click()
  await page.getByText('No mail failed').waitFor()
  await page.goto('/admin/')
  const changes = page.getByRole('region', { name: 'Last changes' })
  await changes.getByText('mail sent · Test mail', { exact: false }).waitFor()
  assert.deepEqual(faults, [])
})

test('whom mails come from and what users are told is set in the mail room', async () => {
  await using visitor = await enter('/settings?tab=mail')
  const { page } = visitor
  const form = page.getByRole('form', { name: 'Mail settings' })
  await form.getByRole('textbox', { name: 'Sender’s e-mail' }).fill('nobody')
  await form.getByRole('button', { name: 'Save mail settings' }).click()
  await form.getByText('Enter an address such as name@example.com.').waitFor()
  await form.getByRole('textbox', { name: 'Sender’s e-mail' }).fill('it@example.com')
  await form.getByRole('switch', { name: 'Tell users when they are bound to a directory' }).press('Space')
  await form.getByRole('switch', { name: 'Welcome new users' }).press('Space')
  await form.getByRole('textbox', { name: 'Days for which the link of the welcome mail can be used' }).fill('91')
  await form.getByRole('textbox', { name: 'Days before a password expires' }).fill('often')
  await form.getByRole('button', { name: 'Save mail settings' }).click()
  await form.getByText('Enter a whole number from 1 to 90.').waitFor()
  await form.getByText('Enter up to five numbers from 1 to 28', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the mail settings with faults')
  await form.getByRole('textbox', { name: 'Days for which the link of the welcome mail can be used' }).fill('14')
  await form.getByRole('textbox', { name: 'Days before a password expires' }).fill('1, 14')
  await form.getByRole('textbox', { name: 'Where new users choose their password' }).fill('portal')
  await form.getByRole('button', { name: 'Save mail settings' }).click()
  await form.getByText('Must be an address such as', { exact: false }).waitFor()
  await form.getByRole('textbox', { name: 'Where new users choose their password' }).fill('https://portal.example.com/')
  await form.getByRole('button', { name: 'Save mail settings' }).press('Enter')
  await page.getByText('Mail settings saved').waitFor()
  const { settings, sender } = await api.mail.room()
  assert.deepEqual(
    [settings.tellsBoundUsers, settings.activationUrl, sender],
    [false, 'https://portal.example.com/', 'it@example.com'],
  )
  assert.deepEqual(
    [settings.welcomesNewUsers, settings.activationLinkDays, settings.expiryNoticeDays],
    [false, 14, [14, 1]],
  )
})

test('somebody who is invited by mail chooses a password with the link, and forgets it again', async () => {
  await using visitor = await enter('/settings?tab=administrators')
  const { page } = visitor
  const before = server.taken.length
  await page.getByRole('button', { name: 'Add administrator' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add administrator' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Zoë Ångström')
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('zoe@example.com')
  await dialog.getByRole('switch', { name: 'Send an invitation by mail' }).waitFor()
  await dialog.getByRole('button', { name: 'Add administrator' }).click()
  const invitation = (await server.take(before + 1)).at(-1)
  assert.deepEqual(invitation?.recipients, ['zoe@example.com'])
  const link = /https?:\S+password\?token=\S+/.exec(invitation.text)?.[0] ?? ''
  assert.ok(link.startsWith(hub.url), 'links lead to the hub')

  await using guest = await visit(browser, hub.url)
  await guest.page.goto(link)
  await guest.page.getByRole('textbox', { name: 'New password', exact: true }).fill('a battery of horses')
  await guest.page.getByRole('textbox', { name: 'New password again' }).fill('a battery of horses')
  await guest.page.getByRole('button', { name: 'Set password' }).click()
  await guest.page.getByRole('button', { name: 'Go to sign-in' }).click()
  await guest.page.getByRole('button', { name: 'Forgotten your password?' }).click()
  await guest.page.getByRole('textbox', { name: 'E-mail' }).fill('zoe@example.com')
  await assertAccessibleInBothThemes(guest.page, 'the question for a link')
  await guest.page.getByRole('button', { name: 'Send me a link' }).click()
  await guest.page.getByText('a link is on its way', { exact: false }).waitFor()
  await server.take(before + 2)

  await page.reload()
  await page.getByRole('button', { name: 'More for Zoë Ångström' }).click()
  await page.getByRole('menuitem', { name: 'Mail a password link' }).click()
  await page.getByText('A password link is on its way to zoe@example.com').waitFor()
  assert.match((await server.take(before + 3)).at(-1)?.subject ?? '', /Choose a new password/)
})

test('one’s own mails are chosen under the own account', async () => {
  await using visitor = await enter('/account')
  const { page } = visitor
  const section = page.getByRole('region', { name: 'Mails to you' })
  assert.equal(await section.getByRole('switch', { name: 'The guard holds changes back' }).isChecked(), true)
  await section.getByRole('switch', { name: 'An import that you began is done' }).press('Space')
  await page.getByText('Your choice of mails is saved').waitFor()
  assert.equal((await api.mail.preferences()).bulk_job_ended, true)
  await assertAccessibleInBothThemes(page, 'the choice of mails')
})

test('a hub without a mail server says what to do, and asks for a first password', async () => {
  const silent = await startHub()
  try {
    await using visitor = await enter('/settings?tab=mail', silent)
    const { page } = visitor
    await page.getByText('Not set up: no mail is sent.', { exact: false }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Send test mail' }).getAttribute('aria-disabled'), 'true')
    await page.getByRole('tab', { name: 'Administrators' }).click()
    await page.getByRole('button', { name: 'Add administrator' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add administrator' })
    await dialog.getByRole('textbox', { name: 'First password' }).waitFor()
    assert.equal(await dialog.getByRole('switch', { name: 'Send an invitation by mail' }).count(), 0)
  } finally {
    await silent.stop()
  }
})
