// Signing in to the users' portal, and what it says to those whom it does not let in.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { launchBrowser, visit } from './browser.ts'
import { ada, assertRight, makeUser, portalClientOf, signInUser } from './user-visits.ts'

let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await makeUser(hub, ada)
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const name = (page: Page) => page.getByRole('textbox', { name: 'Username or e-mail' })
const focused = (page: Page, label: string) => page.getByLabel(label, { exact: true }).and(page.locator(':focus'))

/** Goes on with the tabulator until it is there, as somebody does who uses no pointer. */
async function tabTo(page: Page, there: ReturnType<Page['locator']>): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    if ((await there.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  assert.fail('the tabulator does not lead there')
}

test('with the keyboard alone one signs in and changes the password', async () => {
  const user = { ...ada, username: 'kay', email: 'kay@example.com', displayname: 'Kay' }
  await makeUser(hub, user)
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/portal/password')
  await focused(page, 'Username or e-mail').waitFor()
  await page.keyboard.type('KAY@example.com')
  await page.keyboard.press('Tab')
  await focused(page, 'Password').waitFor()
  await page.keyboard.type(user.password)
  await page.keyboard.press('Enter')
  // Back to where the visitor wanted to go.
  await page.getByRole('heading', { name: 'Change password', level: 1 }).waitFor()
  await page.getByLabel('Present password', { exact: true }).waitFor()

  await tabTo(page, page.getByLabel('Present password', { exact: true }))
  await page.keyboard.type('not this one')
  await tabTo(page, page.getByLabel('New password', { exact: true }))
  const rule = (text: string) => page.getByRole('list', { name: 'The password' }).getByText(text)
  await rule('Have a digit, not met yet').waitFor()
  await page.keyboard.type('Another-Long-One')
  await page.getByText('One rule to go').waitFor()
  await rule('Have at least 12 characters, met').waitFor()
  await rule('Have a digit, not met yet').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('It must have a digit.').waitFor()
  await focused(page, 'New password').waitFor()
  await page.keyboard.press('End')
  await page.keyboard.type('-8')
  await page.getByText('Meets every rule').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('The present password is not right.', { exact: false }).waitFor()
  await focused(page, 'Present password').waitFor()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(user.password)
  await page.keyboard.press('Enter')
  await page.getByText('Password changed.', { exact: false }).waitFor()
  await page.getByRole('heading', { name: 'Hello, Kay' }).waitFor()
  assert.deepEqual(visitor.faults, [])

  await assert.rejects(portalClientOf(hub).session.signIn({ name: 'kay', password: user.password }))
  const again = await portalClientOf(hub).session.signIn({ name: 'kay', password: 'Another-Long-One-8' })
  assert.equal(again.signedIn, true)
})

test('a wrong password says no more than that, and the right one leads in', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/portal/profile')
  await name(page).waitFor()
  await assertRight(page, 'the sign-in')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('Enter your username or e-mail address.').waitFor()
  await page.getByText('Enter your password.').waitFor()
  await assertRight(page, 'the sign-in with faults')
  const refusal = page.getByRole('alert')
  const said: (string | null)[] = []
  for (const typed of [ada.username, 'nobody-at-all']) {
    await signInUser(page, typed, 'wrong')
    await refusal.waitFor()
    said.push(await refusal.textContent())
    await page.reload()
    await name(page).waitFor()
  }
  assert.equal(said[0], said[1], 'nobody learns who has an account')
  await signInUser(page, ada.username, 'wrong')
  await refusal.waitFor()
  await assertRight(page, 'a refused sign-in')
  await page.getByLabel('Password', { exact: true }).fill(ada.password)
  await page.getByRole('button', { name: 'Show password' }).click()
  assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('somebody who is suspended is told so once the password was right, and not before', async () => {
  const sam = { ...ada, username: 'sam', email: 'sam@example.com' }
  const { id } = await makeUser(hub, sam)
  await api.users.suspend(id)
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/portal/')
  await signInUser(page, sam.username, 'wrong')
  await page.getByText('You are not signed in.').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(sam.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('Your account is not open.').waitFor()
  await page.getByText('Your account is suspended.', { exact: false }).waitFor()
  await assertRight(page, 'a suspended account')
})

test('a forgotten password is answered alike for everybody', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  const said: string[] = []
  for (const typed of [ada.username, 'nobody-at-all']) {
    await page.goto('/portal/sign-in')
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await page.getByRole('heading', { name: 'Forgotten password' }).waitFor()
    if (said.length === 0) await assertRight(page, 'a forgotten password')
    await name(page).fill(typed)
    await page.getByRole('button', { name: 'Send me a mail' }).click()
    await page.getByRole('heading', { name: 'Look into your mails' }).waitFor()
    said.push(((await page.getByRole('status').first().textContent()) ?? '').replace(typed, ''))
  }
  assert.equal(said[0], said[1])
  await assertRight(page, 'what a forgotten password is answered with')
  await page.getByRole('link', { name: 'Back to sign-in' }).click()
  await name(page).waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('what is open to those who are signed in alone leads to the sign-in, and an address of nothing says so', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  for (const room of ['', 'profile', 'password', 'sessions', 'security']) {
    await page.goto(`/portal/${room}`)
    await name(page).waitFor()
  }
  await page.goto('/portal/nowhere')
  await page.getByRole('heading', { name: 'Nothing is here' }).waitFor()
  await assertRight(page, 'an address of nothing')
  const reply = await page.request.get('/portal/v1/nowhere')
  assert.equal(reply.status(), 404)
  assert.equal(((await reply.json()) as { code: string }).code, 'route_not_found')
})

test('a hub that goes away while somebody signs in is said to be away, and the next try works', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/portal/')
  await name(page).waitFor()
  await visitor.context.setOffline(true)
  await signInUser(page, ada.username, ada.password)
  await page.getByText('The hub does not answer.', { exact: false }).waitFor()
  await visitor.context.setOffline(false)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
})
