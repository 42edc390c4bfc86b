// The users' portal from inside: the account at a glance, the profile, the sessions.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { launchBrowser, visit, type Visitor } from './browser.ts'
import { ada, assertRight, makeUser, portalClientOf, signInUser } from './user-visits.ts'

const person = {
  ...ada,
  department: 'Analysis',
  jobTitle: 'Mathematician',
  phoneNumbers: [{ type: 'work', number: '+44 20 7946 0001' }],
  addresses: [{ type: 'work', streetAddress: '12 St James Square', locality: 'London' }],
}
/** The whole first load: code and styles, compressed. */
const firstLoadBytes = 250_000
let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await api.settings.update({ name: 'Engines Ltd' })
  await makeUser(hub, person)
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

async function enter(path: string): Promise<Visitor> {
  const visitor = await visit(browser, hub.url)
  await visitor.page.goto(`/portal${path}`)
  await signInUser(visitor.page, person.username, person.password)
  return visitor
}

/** Lets people change their profile, or not; only JumpCloud's interface knows the setting. */
async function letPeopleEdit(isAllowed: boolean): Promise<void> {
  const { id } = await api.settings.get()
  const reply = await fetch(`${hub.url}/api/organizations/${id}`, {
    method: 'PUT',
    headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ settings: { systemUsersCanEdit: isAllowed } }),
  })
  assert.equal(reply.status, 200, await reply.text())
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 })

test('the first page greets, tells the state of the password, and loads little', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  let bytes = 0
  page.on('response', async (response) => {
    if (/\.(js|css)$/u.test(response.url())) bytes += gzipSync(await response.body()).length
  })
  await page.goto('/portal/')
  await page.getByText('Engines Ltd').waitFor()
  await page.waitForLoadState('networkidle')
  assert.ok(bytes > 50_000 && bytes < firstLoadBytes, `${bytes} bytes`)
  await signInUser(page, person.email, person.password)
  await heading(page, 'Hello, Ada Lovelace').waitFor()
  await page.getByText('Your account at Engines Ltd').waitFor()
  const password = page.getByRole('region', { name: 'Password' })
  await password.getByText('Active').waitFor()
  await assertRight(page, 'the account at a glance')
  await password.getByRole('button', { name: 'Change password' }).click()
  await heading(page, 'Change password').waitFor()
  await page.getByLabel('New password', { exact: true }).waitFor()
  await assertRight(page, 'the change of the password')
  assert.deepEqual(visitor.faults, [])
})

test('the profile says who one is, and may be changed where the organization lets people', async () => {
  await letPeopleEdit(false)
  await using visitor = await enter('/profile')
  const { page } = visitor
  await page.getByText('Mathematician').waitFor()
  await page.getByText('12 St James Square').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Change profile' }).count(), 0)
  await assertRight(page, 'a profile that is only read')

  await letPeopleEdit(true)
  await page.reload()
  await page.getByRole('button', { name: 'Change profile' }).click()
  await page.getByRole('textbox', { name: 'Display name' }).fill('Countess Lovelace')
  await page.getByRole('button', { name: 'Add phone number' }).click()
  const second = page.getByRole('group', { name: 'Phone number 2' })
  await page.getByRole('button', { name: 'Save' }).click()
  await second.getByText('Enter the number, or remove the row.').waitFor()
  await second.getByRole('textbox', { name: 'Number' }).and(page.locator(':focus')).waitFor()
  await assertRight(page, 'a profile that is being changed')
  await second.getByRole('textbox', { name: 'Number' }).fill('+44 20 7946 0002')

  // What was typed is not lost by a wrong step.
  await page.getByRole('link', { name: 'Sessions' }).click()
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await question.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Profile saved').waitFor()
  await heading(page, 'Profile').waitFor()
  await page.getByText('+44 20 7946 0002').waitFor()
  await page.getByText('Countess Lovelace').first().waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('a session elsewhere is seen and ended, alone, with the others, or with this one', async () => {
  const signInElsewhere = async () => {
    const client = portalClientOf(hub)
    await client.session.signIn({ name: person.username, password: person.password })
    return client
  }
  await (await signInElsewhere()).session.endAll()
  const first = await signInElsewhere()
  const second = await signInElsewhere()
  await using visitor = await enter('/sessions')
  const { page } = visitor
  const rows = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
  await rows.nth(2).waitFor()
  assert.equal(await rows.count(), 3)
  await page.getByText('This one').waitFor()
  await assertRight(page, 'the sessions')
  await rows.getByRole('button').first().click()
  await page.getByText('Session ended').waitFor()
  await rows.nth(2).waitFor({ state: 'detached' })
  const open = (await Promise.all([first, second].map((each) => each.session.get()))).filter(({ signedIn }) => signedIn)
  assert.equal(open.length, 1)

  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText('Signed out everywhere else').waitFor()
  await rows.nth(1).waitFor({ state: 'detached' })
  for (const each of [first, second]) assert.equal((await each.session.get()).signedIn, false)

  await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
  const question = page.getByRole('dialog', { name: 'Sign out everywhere?' })
  await question.waitFor()
  await assertRight(page, 'the question before signing out everywhere')
  await question.getByRole('button', { name: 'Sign out everywhere' }).click()
  await heading(page, 'Sign in').waitFor()
  await page.goto('/portal/')
  await heading(page, 'Sign in').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('whose session ended elsewhere is led to the sign-in, and back to the page they were on', async () => {
  await using visitor = await enter('/')
  const { page } = visitor
  await heading(page, /^Hello/u).waitFor()
  const other = portalClientOf(hub)
  await other.session.signIn({ name: person.username, password: person.password })
  await other.session.endAll()
  await page.getByRole('link', { name: 'Profile' }).click()
  await heading(page, 'Sign in').waitFor()
  await signInUser(page, person.username, person.password)
  await heading(page, 'Profile').waitFor()
})

test('the menu of the account changes the theme and signs out', async () => {
  await using visitor = await enter('/')
  const { page } = visitor
  const menu = page.getByRole('button', { name: /^Account of/ })
  await menu.press('Enter')
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
  assert.equal((await page.content()).includes('Lovelace'), false)
  assert.deepEqual(visitor.faults, [])
})
