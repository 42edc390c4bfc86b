import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, launchBrowser, signIn, visit } from './browser.ts'

const administrator = { email: 'first@example.com', password: 'a long enough password' }
let hub: Hub
let browser: Browser

before(async () => {
  // As a hub starts for the first time: nobody is named who may enter.
  hub = await startHub({ env: { LOCKSTEP_ADMIN_EMAIL: '', LOCKSTEP_ADMIN_PASSWORD: '', LOCKSTEP_API_KEY: '' } })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

test('the printed link makes the first administrator, signs them in, and works once', async () => {
  const [link = ''] = /http:\S+\/admin\/set-up\?token=\S+/u.exec(hub.output()) ?? []
  assert.notEqual(link, '', 'the link is printed')
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/admin/')
  await page.getByText('This hub has no administrator yet.', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'the sign-in of a new hub')
  await page.goto('/admin/set-up')
  await page.getByText('The link is incomplete.', { exact: false }).waitFor()

  await page.goto(link)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByText('Enter your name.').waitFor()
  assert.equal(await page.locator(':focus').getAttribute('name'), 'name')
  await page.getByRole('textbox', { name: 'Name' }).fill('Fay First')
  await page.getByRole('textbox', { name: 'E-mail' }).fill(administrator.email)
  await page.getByLabel('Password', { exact: true }).fill(administrator.password)
  await page.getByLabel('Password again').fill('another password')
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByText('The two passwords differ.').waitFor()
  await assertAccessibleInBothThemes(page, 'the set-up with a fault')
  await page.getByLabel('Password again').fill(administrator.password)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the home of a new hub')

  await using second = await visit(browser, hub.url)
  await second.page.goto(link)
  await second.page.getByRole('textbox', { name: 'Name' }).fill('Sam Second')
  await second.page.getByRole('textbox', { name: 'E-mail' }).fill('second@example.com')
  await second.page.getByLabel('Password', { exact: true }).fill(administrator.password)
  await second.page.getByLabel('Password again').fill(administrator.password)
  await second.page.getByRole('button', { name: 'Create administrator' }).click()
  await second.page.getByRole('alert').getByText('The administrator was not created.').waitFor()
  await second.page.goto('/admin/')
  await signIn(second.page, administrator)
  await second.page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  assert.deepEqual([visitor.faults, second.faults], [[], []])
})
