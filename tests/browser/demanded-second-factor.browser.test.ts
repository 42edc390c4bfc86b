// What administrators see of users' second factors and ask of them: on the user's page, and on a group's for its members.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { Authenticator } from './authenticator.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, visit } from './browser.ts'
import { ada, makeUser, portalClientOf, signInUser } from './user-visits.ts'

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

function personNamed(username: string) {
  return { ...ada, username, email: `${username}@example.com`, displayname: username }
}

const sectionOf = (page: Page): Locator => page.getByRole('region', { name: 'Second factor' })
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { name, level: 1 })

/** What the section says beside a name. */
const factOf = (page: Page, name: string, value: string): Locator =>
  sectionOf(page).locator('dl > div').filter({ hasText: name }).filter({ hasText: value })

/** Opens the dialog with the keyboard, gives a wrong number of days, then the right one. */
async function askWithin(page: Page, days: string): Promise<void> {
  await sectionOf(page).getByRole('button', { name: 'Ask for one' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Days to enrol one' }).and(page.locator(':focus')).waitFor()
  await assertAccessibleInBothThemes(page, 'the question for a second factor')
  await dialog.getByRole('textbox').fill('soon')
  await dialog.getByText('Enter a whole number from 0 to 365.').waitFor()
  await dialog.getByRole('textbox').fill(days)
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

test('an administrator sees a user’s second factor, resets it, asks for another one and stops asking', async () => {
  const person = personNamed('tess')
  const { id } = await makeUser(hub, person)
  const own = portalClientOf(hub)
  await own.session.signIn({ name: person.username, password: person.password })
  const { secret } = await own.secondFactor.enrolAuthenticator({ password: person.password })
  const phone = new Authenticator(secret)
  await own.secondFactor.confirmAuthenticator({ code: phone.nextCode() })

  await using visitor = await enterAdmin(browser, hub, `/users/${id}`)
  const { page } = visitor
  await factOf(page, 'Authenticator', 'set up').waitFor()
  await factOf(page, 'Recovery codes', '10 codes left').waitFor()
  await factOf(page, 'Needed', 'No').waitFor()
  await assertAccessibleInBothThemes(page, 'a user with a second factor')

  await sectionOf(page).getByRole('button', { name: 'Reset' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Reset the second factor of tess?' })
  await dialog.getByText('stop working').waitFor()
  await assertAccessibleInBothThemes(page, 'the question before a second factor is reset')
  await dialog.getByRole('button', { name: 'Reset second factor' }).click()
  await factOf(page, 'Authenticator', 'none').waitFor()
  assert.equal((await api.users.secondFactor(id)).authenticator, undefined)

  await askWithin(page, '3')
  await factOf(page, 'Needed', 'From').waitFor()
  await using person2 = await visit(browser, hub.url)
  await person2.page.goto('/portal/')
  await signInUser(person2.page, person.username, person.password)
  await heading(person2.page, 'Hello, tess').waitFor()
  await person2.page.getByText('Set up a second factor', { exact: true }).waitFor()

  await sectionOf(page).getByRole('button', { name: 'Stop asking for one' }).click()
  await factOf(page, 'Needed', 'No').waitFor()
  assert.equal((await api.users.secondFactor(id)).required, false)
  assert.deepEqual([...visitor.faults, ...person2.faults], [])
})

test('a group asks its members for a second factor; who has none sets one up before anything else', async () => {
  const person = personNamed('gus')
  const { id } = await makeUser(hub, person)
  const group = await api.groups.create({ name: 'Finance' })
  await api.groups.addMember(group.id, id)
  await using visitor = await enterAdmin(browser, hub, `/groups/${group.id}`)
  const { page } = visitor
  await sectionOf(page).getByText('The group does not ask for one.').waitFor()
  await askWithin(page, '0')
  await sectionOf(page).getByText('Members need one at once.').waitFor()
  await assertAccessibleInBothThemes(page, 'a group that asks for a second factor')
  await page.goto(`/admin/users/${id}`)
  await factOf(page, 'Needed', 'By a group').waitFor()

  await using member = await visit(browser, hub.url)
  await member.page.goto('/portal/')
  await signInUser(member.page, person.username, person.password)
  await heading(member.page, 'Set up your second factor').waitFor()

  await page.goto(`/admin/groups/${group.id}`)
  await sectionOf(page).getByRole('button', { name: 'Stop asking for one' }).click()
  await sectionOf(page).getByText('The group does not ask for one.').waitFor()
  await member.page.reload()
  await heading(member.page, 'Hello, gus').waitFor()
  assert.deepEqual([...visitor.faults, ...member.faults], [])
})

test('who was signed out by somebody else learns at the sign-in that the session has ended', async () => {
  const person = personNamed('sue')
  const { id } = await makeUser(hub, person)
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/portal/')
  await signInUser(page, person.username, person.password)
  await heading(page, 'Hello, sue').waitFor()
  await api.users.suspend(id, {})
  await page.getByRole('link', { name: 'Sessions', exact: true }).click()
  await page.getByText('Your session has ended. Sign in to go on.').waitFor()
  await signInUser(page, person.username, person.password)
  await page.getByText('Your account is suspended.', { exact: false }).waitFor()
  await api.users.activate(id, {})
  await signInUser(page, person.username, person.password)
  await heading(page, 'Sessions').waitFor()
  assert.deepEqual(visitor.faults, [])
})
