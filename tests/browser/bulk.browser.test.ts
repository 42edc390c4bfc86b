// One action for all users that match: chosen, worked through by the hub, cancelled, downloaded, undone.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import { pause } from '@lockstep/kernel/retry'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type Hub, startHub } from '../hub.ts'
import { databaseUrl } from '../support/database-url.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

/** Enough to be seen at work. */
const many = 1_500
const atOnce = 50
let stored: TestDatabase
let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  stored = await testDatabase()
  hub = await startHub({ env: { DATABASE_URL: databaseUrl(stored.connection) } })
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const names = Array.from({ length: many }, (_, index) => `many${String(index).padStart(4, '0')}`)
  const work = async (): Promise<void> => {
    for (let username = names.shift(); username !== undefined; username = names.shift())
      await api.users.create({ username, email: `${username}@example.com`, department: 'Many', state: 'ACTIVATED' })
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  await api.users.create({ username: 'bystander', email: 'bystander@example.com', state: 'ACTIVATED' })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
  await stored?.drop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

const grouped = (count: number): string => count.toLocaleString('en')
const countOf = async (state: 'ACTIVATED' | 'SUSPENDED'): Promise<number> =>
  (await api.users.list({ department: 'Many', state, limit: 1 })).total

/** Keeps the hub from changing any user until what is given has happened; what else is written is told to everybody meanwhile. */
async function beforeAny(happens: () => Promise<void>): Promise<void> {
  await stored.database.transaction(async (held) => {
    await held.execute({ text: 'lock table users in share mode' })
    await happens()
  })
}

/** Keeps the hub from changing the last of all users until what is given has happened: the batches before are done by then. */
async function beforeTheLast(happens: () => Promise<void>): Promise<void> {
  await stored.database.transaction(async (held) => {
    await held.execute({
      text: `select from users where id = (select max(id) from users where attributes ->> 'department' = 'Many') for update`,
    })
    await happens()
  })
}

const waitingForUsers = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  and query like '%users%for no key update%'`

/** Resolves when a worker waits for the user who is held. */
async function heldUp(): Promise<void> {
  for (let isHeld = false; !isHeld; await pause(20))
    isHeld = (await stored.database.query({ text: `select from ${waitingForUsers}` })).length > 0
}

/** The worker's connection breaks, as when its hub is killed. */
async function loseTheBatch(): Promise<void> {
  await stored.database.query({ text: `select pg_terminate_backend(pid) from ${waitingForUsers}` })
}

/** Selects all users of the department, those of other pages too, and asks for an action. */
async function askForAll(page: Page, verb: string): Promise<void> {
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check()
  await page.getByText('50 users selected').waitFor()
  await page.getByRole('button', { name: `Select all ${grouped(many)} that match` }).click()
  await page.getByText(`All ${grouped(many)} users that match selected`).waitFor()
  await page.getByRole('button', { name: `${verb} ${grouped(many)} users` }).click()
}

test('all that match are suspended with progress, downloaded one by one, and brought back', async () => {
  const [first] = (await api.users.list({ search: 'many0000' })).items
  await api.users.suspend(first?.id ?? '')
  await using visitor = await enter('/users?department=Many&sort=username')
  const { page } = visitor
  await page.getByRole('row', { name: /many0000/ }).waitFor()
  await askForAll(page, 'Suspend')
  const amount = `${grouped(many - 1)} users`
  const dialog = page.getByRole('dialog', { name: `Suspend ${amount}?` })
  await dialog.getByText('1 that match is suspended already and will be left as it is.').waitFor()
  const confirm = dialog.getByRole('button', { name: `Suspend ${amount}` })
  assert.equal(await confirm.isEnabled(), false)
  await dialog.getByRole('textbox', { name: `Type ${many - 1} to go on` }).fill(String(many - 1))
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The branch is closed')
  await assertAccessibleInBothThemes(page, 'the question for all that match')
  const actions = page.getByRole('region', { name: 'Bulk actions' })
  await beforeAny(async () => {
    await confirm.click()
    await actions.getByRole('progressbar', { name: `Suspending ${grouped(many)} users` }).waitFor()
  })
  await actions.getByText(`${amount} suspended`).waitFor({ timeout: 60_000 })
  await actions.getByText('1 was suspended already').waitFor()
  await assertAccessibleInBothThemes(page, 'the end of a bulk action')
  assert.equal(await countOf('SUSPENDED'), many)
  assert.equal((await api.users.list({ search: 'bystander' })).items[0]?.state, 'ACTIVATED')
  const { items } = await api.journal.list({ action: 'user.suspend', limit: 1 })
  assert.match(items[0]?.reason ?? '', /The branch is closed/u)

  const download = page.waitForEvent('download')
  await actions.getByRole('button', { name: 'Download result' }).click()
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n')
  assert.equal(lines.length, many + 1)
  assert.equal(lines[0], 'id,username,display name,state before,result,code,message')
  assert.ok(lines.includes(`${first?.id ?? ''},many0000,,Suspended,was so already,,`))
  assert.equal(lines.filter((line) => line.endsWith(',Active,changed,,')).length, many - 1)

  await actions.getByRole('button', { name: `Undo: activate ${amount}` }).click()
  await actions.getByText(`${amount} activated`).waitFor({ timeout: 60_000 })
  assert.deepEqual([await countOf('ACTIVATED'), await countOf('SUSPENDED')], [many - 1, 1])
  await page.reload()
  await actions.getByText(`${amount} activated`).waitFor()
  await actions.getByRole('button', { name: `Dismiss: ${amount} activated` }).click()
  await actions.getByText(`${amount} activated`).waitFor({ state: 'detached' })
  assert.deepEqual(visitor.faults, [])
})

test('a cancelled action ends early, is seen by others while it works, and says whom it did not reach', async () => {
  await using other = await enter('/users?department=Many')
  await using visitor = await enter('/users?department=Many&state=ACTIVATED')
  const { page } = visitor
  const active = await countOf('ACTIVATED')
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check()
  await page.getByRole('button', { name: `Select all ${grouped(active)} that match` }).click()
  await page.getByRole('button', { name: `Suspend ${grouped(active)} users`, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: /^Type/ }).fill(String(active))
  const actions = page.getByRole('region', { name: 'Bulk actions' })
  // Nobody is changed until the other one saw it begin. Then the last batch waits for a user who is held, and is given back when its
  // connection is lost, by which time the action is cancelled.
  const seen = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const begin = beforeAny(async () => {
    await dialog.getByRole('button', { name: /^Suspend/ }).click()
    await other.page.getByRole('region', { name: 'Bulk actions' }).getByRole('progressbar').waitFor()
    seen.resolve()
    await released.promise
  })
  await Promise.race([begin, seen.promise])
  await beforeTheLast(async () => {
    released.resolve()
    await begin
    await heldUp()
    await actions.getByRole('button', { name: 'Cancel' }).click()
    await actions.getByText('Cancelled', { exact: true }).waitFor()
    await loseTheBatch()
  })
  const left = await countOf('ACTIVATED')
  assert.ok(left > 0 && left < active, `${left} of ${active} are left`)
  await actions.getByText(`${grouped(left)} not reached`, { exact: false }).waitFor()
  await actions.getByRole('button', { name: /^Undo: activate/ }).click()
  await actions.getByText(`${grouped(active - left)} users activated`).waitFor({ timeout: 60_000 })
  assert.equal(await countOf('ACTIVATED'), active)
  assert.deepEqual([visitor.faults, other.faults], [[], []])
})

test('who cannot be deleted is named with the reason', async () => {
  const [manager] = (await api.users.list({ search: 'many0001' })).items
  await api.users.update((await api.users.list({ search: 'bystander' })).items[0]?.id ?? '', {
    manager: manager?.id ?? '',
  })
  await using visitor = await enter('/users?search=many000&sort=username')
  const { page } = visitor
  for (const name of ['many0001', 'many0002']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
  await page.getByRole('button', { name: 'Delete 2 users' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 2 users?' })
  await dialog.getByRole('textbox', { name: 'Type 2 to go on' }).fill('2')
  await dialog.getByRole('button', { name: 'Delete 2 users' }).click()
  const actions = page.getByRole('region', { name: 'Bulk actions' })
  await actions.getByText('1 user deleted').waitFor()
  await actions.getByText('Done in part').first().waitFor()
  await actions.getByRole('button', { name: 'Show 1 failure' }).click()
  const failures = page.getByRole('dialog', { name: '1 user could not be deleted' })
  await failures.getByRole('link', { name: 'many0001' }).waitFor()
  await failures.getByText('The user is the manager of others.', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the failures of a bulk action')
  await page.keyboard.press('Escape')
  await failures.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /many0002/ }).waitFor({ state: 'detached' })
  assert.deepEqual(visitor.faults, [])
})
