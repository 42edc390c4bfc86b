// Choosing a password with a link: what the page shows, what it leaves behind, and links that are over.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, signIn, visit } from './browser.ts'

const second = { email: 'second@example.com', password: 'a long enough password' }
const next = { ...second, password: 'another long password' }
let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await api.administrators.create({ ...second, name: 'Sam Second', role: 'manager' })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const check = (page: Page, text: string) => page.getByRole('list', { name: 'The password' }).getByText(text)

async function fillIn(page: Page, password: string, again: string): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByLabel('New password again').fill(again)
}

test('an administrator makes a link, and whoever opens it chooses the password and signs in', async () => {
  await using maker = await visit(browser, hub.url)
  await maker.page.goto('/admin/settings?tab=administrators')
  await signIn(maker.page, hub.administrator)
  await maker.page.getByRole('button', { name: 'More for Sam Second' }).click()
  await maker.page.getByRole('menuitem', { name: 'Make password link' }).click()
  await assertAccessibleInBothThemes(maker.page, 'the question before a password link')
  await maker.page.getByRole('button', { name: 'Make password link' }).press('Enter')
  const shown = maker.page.getByRole('dialog', { name: 'The password link for Sam Second' })
  const link = ((await shown.getByLabel('Password link', { exact: true }).textContent()) ?? '').trim()
  await assertAccessibleInBothThemes(maker.page, 'the password link')
  await shown.getByRole('button', { name: 'I have copied it' }).press('Enter')
  await shown.waitFor({ state: 'detached' })
  const token = new URL(link).searchParams.get('token') ?? ''
  assert.ok(token.length > 20)
  assert.equal((await maker.page.content()).includes(token), false, 'the link is gone from the page')

  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  const told: string[] = []
  page.on('request', (request) => {
    // The document itself is what the link opens; nothing after it names the token.
    const { referer = '' } = request.headers()
    if (!request.isNavigationRequest()) told.push(request.url(), referer)
  })
  await page.goto(link)
  await page.getByRole('textbox', { name: 'E-mail' }).waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).inputValue(), second.email)
  assert.equal(new URL(page.url()).search, '', 'the token is out of the address')
  assert.equal(told.join(' ').includes(token), false, 'no address and no referrer names the token')
  await page.getByLabel('New password', { exact: true }).and(page.locator(':focus')).waitFor()
  await assertAccessibleInBothThemes(page, 'the choice of a password')

  await page.keyboard.type('short')
  await check(page, 'At least 12 characters, not met yet').waitFor()
  await check(page, 'Not blanks alone, met').waitFor()
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('Use at least 12 characters.').waitFor()
  await page.getByText('The two passwords differ.').waitFor()
  await assertAccessibleInBothThemes(page, 'the choice of a password with faults')
  await fillIn(page, next.password, next.password)
  for (const text of ['At least 12 characters, met', 'Not blanks alone, met', 'Twice the same, met'])
    await check(page, text).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the chosen password')
  await page.getByRole('button', { name: 'Go to sign-in' }).and(page.locator(':focus')).press('Enter')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn(page, second)
  await page.getByText('You are not signed in.').waitFor()
  await signIn(page, next)
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
  assert.deepEqual([...maker.faults, ...visitor.faults], [])

  await page.goto(link)
  await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()
  await page.getByText('The link was used already, or a newer one took its place.', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'a link that was used')
})

test('a link that was replaced while the page was open sets nothing', async () => {
  const administrator = (await api.administrators.list()).items.find(({ email }) => email === second.email)
  const { token } = await api.administrators.makePasswordLink(administrator?.id ?? '')
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto(`/admin/password?token=${token}`)
  await page.getByRole('textbox', { name: 'E-mail' }).waitFor()
  await api.administrators.makePasswordLink(administrator?.id ?? '')
  await fillIn(page, next.password, next.password)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('The password was not set.').waitFor()
  await page.reload()
  await page.getByText('The page was loaded again, or the link is incomplete.').waitFor()
  await assertAccessibleInBothThemes(page, 'a page without its link')
  await page.getByRole('button', { name: 'Go to sign-in' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('who is signed in as somebody else is signed out before they sign in with the new password', async () => {
  const administrator = (await api.administrators.list()).items.find(({ email }) => email === second.email)
  const { token } = await api.administrators.makePasswordLink(administrator?.id ?? '')
  await using visitor = await enterAdmin(browser, hub, '/')
  const { page } = visitor
  await page.goto(`/admin/password?token=${token}`)
  await page.getByRole('textbox', { name: 'E-mail' }).waitFor()
  await fillIn(page, next.password, next.password)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText(`This browser is signed in as ${hub.administrator.email}`, { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Go to sign-in' }).click()
  await signIn(page, next)
  await page.getByRole('button', { name: /Sam Second/ }).waitFor()
  assert.deepEqual(visitor.faults, [])
})
