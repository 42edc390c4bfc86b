import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import type { UserDetail } from '@lockstep/contract/hub/user'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessible, enterAdmin, launchBrowser, type Scheme, signIn, visit, type Visitor } from './browser.ts'

let hub: Hub
let api: HubClient
let browser: Browser
let people: readonly UserDetail[]

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  people = await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const number = String(index).padStart(2, '0')
      return api.users.create({
        username: `person${number}`,
        email: `person${number}@example.com`,
        firstname: `Given${number}`,
        lastname: 'Tester',
        displayname: `Given${number} Tester`,
        department: index % 2 === 0 ? 'Sales' : 'Finance',
        phoneNumbers: [{ type: 'work', number: `+49 30 ${number}` }],
        addresses: [{ type: 'home', locality: 'Berlin', country: 'DE' }],
        state: 'ACTIVATED',
      })
    }),
  )
  await api.groups.create({ name: 'All staff', description: 'Everybody' })
  await api.directories.create({ domain: 'corp.example', useCase: 'TWOWAYSYNC' })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

function person(index: number): UserDetail {
  const found = people[index]
  assert.ok(found)
  return found
}

const enter = (path: string, scheme: Scheme = 'light'): Promise<Visitor> => enterAdmin(browser, hub, path, { scheme })

function focusedName(page: Page): Promise<string | null> {
  return page.locator(':focus').getAttribute('name')
}

/** Presses Tab until the named thing has the focus; fails when it cannot be reached so. */
async function tabTo(page: Page, target: Locator, what: string): Promise<void> {
  const reached = target.and(page.locator(':focus'))
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab')
    if ((await reached.count()) > 0) return
  }
  assert.fail(`${what} cannot be reached with the Tab key`)
}

test('a wrong password is refused in words and the form stays', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/admin/users')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Enter your e-mail address.').waitFor()
  assert.equal(await focusedName(page), 'email', 'the first field with a fault has the focus')
  await signIn(page, { email: hub.administrator.email, password: 'not the password' })
  await page.getByRole('alert').getByText('The e-mail address or the password is not right.').waitFor()
  await assertAccessible(page, 'the refused sign-in')
  await signIn(page, hub.administrator)
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
  assert.deepEqual(visitor.faults, [])
})

const rooms = [
  ['/', 'Home'],
  ['/users', 'Users'],
  ['/users/new', 'Create user'],
  ['/groups', 'Groups'],
  ['/groups/new', 'Create group'],
  ['/directories', 'Directories'],
  ['/directories/new', 'Connect a domain'],
  ['/integrations', 'Integrations'],
  ['/integrations/new', 'Add an integration'],
  ['/integrations/000000000000000000000000', 'The integration is not here'],
  ['/plans', 'Plans'],
  ['/journal', 'Journal'],
  ['/settings', 'Settings'],
  ['/settings?tab=keys', 'Settings'],
  ['/settings?tab=roles', 'Settings'],
  ['/users?search=nobody-has-this-name', 'Users'],
  ['/journal?from=2000-01-02&to=2000-01-01', 'Journal'],
  ['/nowhere', 'Nothing is here'],
  ['/users/000000000000000000000000', 'The user is not here'],
] as const

for (const scheme of ['light', 'dark'] as const) {
  test(`every room is accessible in the ${scheme} theme`, async () => {
    await using visitor = await enter('/', scheme)
    const { page } = visitor
    const group = (await api.groups.list({ search: 'All staff' })).items[0]
    const directory = (await api.directories.list()).items[0]
    const objects = [
      [`/users/${person(1).id}`, 'Given01 Tester'],
      [`/users/${person(1).id}?tab=groups`, 'Given01 Tester'],
      [`/users/${person(1).id}?tab=accounts`, 'Given01 Tester'],
      [`/users/${person(1).id}?tab=journal`, 'Given01 Tester'],
      [`/users/${person(1).id}/edit`, 'Edit Given01 Tester'],
      [`/groups/${group?.id ?? ''}`, 'All staff'],
      [`/directories/${directory?.id ?? ''}`, 'corp.example'],
      [`/directories/${directory?.id ?? ''}?tab=problems`, 'corp.example'],
      [`/directories/${directory?.id ?? ''}?tab=settings`, 'corp.example'],
      [`/directories/${directory?.id ?? ''}?tab=journal`, 'corp.example'],
    ] as const
    for (const [path, heading] of [...rooms, ...objects]) {
      await page.goto(`/admin${path}`)
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
      await assertAccessible(page, `${path} in the ${scheme} theme`)
    }
    assert.deepEqual(visitor.faults, [])
  })
}

test('the keyboard alone leads from the list to a user and suspends them', async () => {
  await using visitor = await enter('/users')
  const { page } = visitor
  await page.getByRole('row', { name: /person00/ }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('person07')
  await page.getByRole('status').getByText('1–1 of 1').waitFor()
  await page.getByRole('row', { name: /person07/ }).waitFor()
  await tabTo(page, page.getByRole('row', { name: /person07/ }), 'the row')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Given07 Tester', level: 1 }).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Suspend', exact: true }), 'the button')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Suspend Given07 Tester?' })
  await dialog.waitFor()
  await assertAccessible(page, 'the suspension’s dialog')
  await tabTo(page, dialog.getByRole('button', { name: 'Suspend user' }), 'the confirmation')
  await page.keyboard.press('Enter')
  await page.getByRole('main').getByText('Suspended', { exact: true }).first().waitFor()
  await dialog.waitFor({ state: 'detached' })
  assert.equal((await api.users.get(person(7).id)).state, 'SUSPENDED')
  assert.deepEqual(visitor.faults, [])
})

test('a new user is checked before and after it is sent', async () => {
  await using visitor = await enter('/users/new')
  const { page } = visitor
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByText('Enter a username.').waitFor()
  assert.equal(await focusedName(page), 'username')
  await page.getByRole('textbox', { name: 'Username' }).fill('person03')
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill('new.person@example.com')
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByText('Another user has this username. Choose another one.').waitFor()
  assert.equal(await focusedName(page), 'username')
  await page.getByRole('link', { name: 'Groups', exact: true }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('textbox', { name: 'Username' }).fill('new.person')
  await page.getByRole('textbox', { name: 'Display name' }).fill('New Person')
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByRole('heading', { name: 'New Person', level: 1 }).waitFor()
  await page.getByText('Staged', { exact: true }).waitFor()
  assert.equal((await api.users.list({ search: 'new.person' })).items[0]?.state, 'STAGED')
})

test('a changed field is saved and explains itself', async () => {
  await using visitor = await enter(`/users/${person(2).id}`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Department' }).fill('Legal')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('heading', { name: 'Given02 Tester', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Why this value: Department' }).click()
  const popover = page.getByRole('dialog', { name: 'Why this value: Department' })
  await popover.getByText('Legal').waitFor()
  await popover
    .getByText(hub.administrator.email)
    .or(popover.getByText(/set this/))
    .first()
    .waitFor()
  await assertAccessible(page, 'the explanation')
})

test('search, filter and page stand in the address and back leads back', async () => {
  await using visitor = await enter('/users')
  const { page } = visitor
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.waitForURL(/page=2/)
  await page.getByRole('status').getByText(/^51–/).waitFor()
  await page.getByRole('button', { name: 'Previous page' }).click()
  await page.getByRole('status').getByText(/^1–50/).waitFor()
  await page
    .getByRole('searchbox', { name: 'Search users' })
    .or(page.getByRole('textbox', { name: 'Search users' }))
    .fill('person1')
  await page.waitForURL(/search=person1/)
  await page.getByRole('status').getByText('1–10 of 10').waitFor()
  await page.getByRole('textbox', { name: 'Filter by department' }).fill('Finance')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('1–5 of 5').waitFor()
  await page.reload()
  await page.getByRole('status').getByText('1–5 of 5').waitFor()
  await page.getByRole('button', { name: 'Remove the filter: Department: Finance' }).click()
  await page.getByRole('status').getByText('1–10 of 10').waitFor()
  await page.goBack()
  await page.getByRole('status').getByText('1–5 of 5').waitFor()
  await page.goto('/admin/users?search=nobody-has-this-name')
  await page.getByText('No users match').waitFor()
})

test('selected users are suspended together after the dialog said whom it leaves out', async () => {
  await api.users.suspend(person(41).id)
  await using visitor = await enter('/users?search=person4&sort=username')
  const { page } = visitor
  for (const name of ['Given40 Tester', 'Given41 Tester', 'Given42 Tester']) {
    await page.getByRole('checkbox', { name: `Select ${name}` }).check()
  }
  await page.getByText('3 users selected').waitFor()
  await page.getByRole('button', { name: 'Suspend 3 users' }).click()
  const dialog = page.getByRole('dialog', { name: 'Suspend 2 users?' })
  await dialog.getByText('1 of the selected is suspended already and will be left as it is.').waitFor()
  await dialog.getByRole('button', { name: 'Suspend 2 users' }).click()
  await page.getByText('2 users suspended').waitFor()
  assert.equal((await api.users.get(person(42).id)).state, 'SUSPENDED')
})

test('the exported file holds exactly the users that match', async () => {
  await using visitor = await enter('/users?search=person5&sort=username')
  const { page } = visitor
  await page.getByRole('row', { name: /person50/ }).waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  const lines = text.trim().split('\r\n')
  assert.equal(lines.length, 11)
  assert.match(lines[1] ?? '', /,person50,person50@example\.com,/u)
})

test('a group gets a member and says how they came in', async () => {
  await using visitor = await enter('/groups')
  const { page } = visitor
  await page.getByRole('link', { name: 'All staff' }).click()
  await page.getByText('No members yet').waitFor()
  await page.getByRole('combobox', { name: 'Add a member' }).fill('person05')
  await page.getByRole('option', { name: /person05/ }).click()
  await page.getByRole('button', { name: 'Add member' }).click()
  const row = page.getByRole('row', { name: /person05/ })
  await row.getByText('direct').waitFor()
  await row.getByRole('button', { name: 'Remove Given05 Tester' }).click()
  await page.getByText('No members yet').waitFor()
})

test('what somebody else changes appears without reloading and without moving rows', async () => {
  await using visitor = await enter(`/users/${person(20).id}`)
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  await api.users.update(person(20).id, { jobTitle: 'Chief surprise officer' })
  await page.getByRole('main').getByText('Chief surprise officer').first().waitFor()
  await page.goto('/admin/users?search=aaa')
  await page.getByText('No users match').waitFor()
  await api.users.create({ username: 'aaa.first', email: 'aaa.first@example.com' })
  await page.getByRole('button', { name: '1 new · show' }).click()
  await page.getByRole('row', { name: /aaa\.first/ }).waitFor()
})

test('a role without a permission sees why it may not act', async () => {
  const reader = { email: 'reader@example.com', password: 'a long enough password' }
  await api.administrators.create({ ...reader, name: 'Rea Reader', role: 'read_only' })
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/admin/users')
  await signIn(page, reader)
  const create = page.getByRole('button', { name: 'Create user' })
  await create.waitFor()
  assert.equal(await create.getAttribute('aria-disabled'), 'true')
  await tabTo(page, create, 'the unavailable button')
  const description = 'Your role, read only, does not allow you to create and change users.'
  await page.getByRole('button', { name: 'Create user', description }).waitFor()
  // The button before it has the same reason, which goes away once the focus has left.
  await page.getByRole('tooltip').nth(1).waitFor({ state: 'detached' })
  await page.getByText(description).waitFor()
  await page.keyboard.press('Enter')
  assert.match(page.url(), /\/admin\/users$/u)
  await page.goto(`/admin/users/${person(3).id}`)
  const suspend = page.getByRole('button', { name: 'Suspend' })
  await suspend.waitFor()
  assert.equal(await suspend.getAttribute('aria-disabled'), 'true')
  await page.goto('/admin/settings')
  await page.getByText('does not allow you to see administrators').waitFor()
})

test('a domain is connected, its agent’s connect key is shown once', async () => {
  await using visitor = await enter('/directories/new')
  const { page } = visitor
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('textbox', { name: 'Domain' }).fill('not a domain')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Write the domain as corp.example or DC=corp,DC=example.').waitFor()
  assert.equal(await focusedName(page), 'domain')
  await page.getByRole('textbox', { name: 'Domain' }).fill('plant.example')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Connect domain' }).click()
  await page.getByRole('heading', { name: 'Set up plant.example', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'plant.example' }).click()
  await page.getByRole('heading', { name: 'plant.example', level: 1, exact: true }).waitFor()
  await page.getByRole('button', { name: 'Add agent' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add agent' }).click()
  await dialog.getByText('it is shown only this once', { exact: false }).waitFor()
  const key = (await dialog.getByLabel('connect key', { exact: true }).textContent()) ?? ''
  assert.ok(key.length >= 20)
  assert.ok(((await dialog.getByLabel('commands', { exact: true }).textContent()) ?? '').includes(key))
  await assertAccessible(page, 'the connect key')
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByText('Waits for its first contact').first().waitFor()
  assert.equal((await page.content()).includes(key), false)
})

test('an API key’s secret is shown once and works until it is revoked', async () => {
  await using visitor = await enter('/settings?tab=keys')
  const { page } = visitor
  await page.getByRole('button', { name: 'Create API key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create API key' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Test script')
  await dialog.getByRole('button', { name: 'Create API key' }).click()
  const secret = (await dialog.getByLabel('secret', { exact: true }).textContent())?.trim() ?? ''
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  const script = createHubClient({ baseUrl: hub.url, apiKey: secret })
  assert.ok((await script.users.list({ limit: 1 })).total > 0)
  await page.getByRole('button', { name: 'Revoke Test script' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke 1 key' }).click()
  await page.getByText('Test script revoked').waitFor()
  await assert.rejects(script.users.list({ limit: 1 }), { status: 401 })
})

test('the journal narrows to a pressed value, opens to the difference and verifies', async () => {
  await api.users.update(person(30).id, { costCenter: 'C-30' })
  await using visitor = await enter('/journal')
  const { page } = visitor
  await page
    .getByRole('button', { name: 'Given30 Tester' })
    .or(page.getByRole('button', { name: 'person30' }))
    .first()
    .click()
  await page.waitForURL(/subjectId/)
  await page
    .getByRole('button', { name: /^Details of entry/ })
    .first()
    .click()
  await page.getByText('C-30').waitFor()
  await assertAccessible(page, 'an open journal entry')
  await page.getByRole('button', { name: 'Verify the journal' }).click()
  await page.getByRole('dialog').getByText('The journal is whole').waitFor()
})

test('the palette finds a person and signing out ends the session', async () => {
  await using visitor = await enter('/')
  const { page } = visitor
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Go to/ }).fill('person33')
  await page.getByRole('option', { name: /Given33 Tester/ }).waitFor()
  await assertAccessible(page, 'the palette')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Given33 Tester', level: 1 }).waitFor()
  await page.getByRole('banner').getByRole('button').last().click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  assert.equal(await page.locator('html').getAttribute('data-mantine-color-scheme'), 'dark')
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto(`/admin/users/${person(33).id}`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.deepEqual(visitor.faults, [])
})
