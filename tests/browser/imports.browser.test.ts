// Users from files: read, matched, previewed, worked through by the hub, with what became of every row.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type Hub, startHub } from '../hub.ts'
import { databaseUrl } from '../support/database-url.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

let stored: TestDatabase
let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  stored = await testDatabase()
  hub = await startHub({ env: { DATABASE_URL: databaseUrl(stored.connection) } })
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await api.users.create({
    username: 'old',
    email: 'old@example.com',
    employeeIdentifier: 'E-1',
    department: 'Archive',
    jobTitle: 'Clerk',
    state: 'ACTIVATED',
  })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
  await stored?.drop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer })
}

const userNamed = async (username: string) => {
  const { items } = await api.users.list({ search: username })
  return items.find((user) => user.username === username)
}

test('a file of new users is matched, shows its faults, and each row ends with its reason', async () => {
  await using visitor = await enter('/users')
  const { page } = visitor
  await page.getByRole('button', { name: 'Import users' }).click()
  await page.getByText('Drop a CSV file here, or').waitFor()
  await assertAccessibleInBothThemes(page, 'the choice of a file')
  await choose(page, 'empty.csv', Buffer.from('username;email\n'))
  await page.getByText('There are no rows.', { exact: false }).waitFor()
  const lines = [
    'Login;E-Mail;Vorname;Dept;Shoe size',
    'zoe;zoe@example.com;Zoë;"Research; new";39',
    'old;other@example.com;Otto;Sales;44',
    'bad;no-address;Bad;Sales;41',
    'zoe;twice@example.com;Twice;Sales;40',
  ]
  await choose(page, 'people.csv', Buffer.from(lines.join('\r\n'), 'latin1'))
  await page.getByText('people.csv · 4 rows · Windows-1252, separated by semicolons').waitFor()
  const fieldFor = (column: string) => page.getByRole('combobox', { name: `Field for the column ${column}` })
  assert.deepEqual(
    await Promise.all(['Login', 'E-Mail', 'Dept', 'Shoe size'].map((one) => fieldFor(one).inputValue())),
    ['Username', 'E-mail', 'Department', 'Leave out'],
  )
  await fieldFor('Dept').click()
  await page.getByRole('option', { name: 'Username', exact: true }).click()
  await page.getByText('Username is matched by two columns.').waitFor()
  await fieldFor('Dept').click()
  await page.getByRole('option', { name: 'Company', exact: true }).click()
  await fieldFor('Shoe size').click()
  await page.getByRole('option', { name: 'Attribute Shoesize' }).click()
  await page.getByText('4 rows. 2 rows have faults and will be refused; the others go on.').waitFor()
  await page.getByText('“no-address” is no e-mail address.').waitFor()
  await page.getByText('“zoe” stands in row 1 already.').waitFor()
  await page.getByRole('radio', { name: 'Staged' }).check()
  await page.getByRole('textbox', { name: 'Reason' }).fill('Summer intake')
  await assertAccessibleInBothThemes(page, 'the preview of an import')
  await page.getByRole('button', { name: 'Create 4 users' }).click()
  await page.getByRole('heading', { name: 'people.csv' }).waitFor()
  await page.getByText('1 user created, 3 refused.').waitFor()
  await page.getByText('Done in part').waitFor()
  const rows = page.getByRole('region', { name: 'Rows of the import' })
  await rows.getByRole('row', { name: /^2 old Refused/ }).waitFor()
  await rows.getByText('Somebody has this username already.').first().waitFor()
  await assertAccessibleInBothThemes(page, 'the result of an import')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download result' }).click()
  const csv = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n')
  assert.equal(csv.length, 5)
  assert.match(csv[0] ?? '', /^row,outcome,/u)

  const zoe = await api.users.get((await userNamed('zoe'))?.id ?? '')
  assert.deepEqual([zoe.state, zoe.fields['firstname'], zoe.fields['company']], ['STAGED', 'Zoë', 'Research; new'])
  assert.match(JSON.stringify(zoe.fields['attributes']), /"name":"Shoesize","value":"39"/u)

  await page.goto('/admin/users/import')
  await choose(page, 'next.csv', Buffer.from('Login;E-Mail;Vorname;Dept;Shoe size\nyan;yan@example.com;Yan;Law;40'))
  await page.getByText('Matched as the last time a file had these columns.').waitFor()
  assert.equal(await fieldFor('Dept').inputValue(), 'Company')
  await page.getByRole('link', { name: 'Earlier imports' }).click()
  await page.getByRole('link', { name: 'people.csv' }).waitFor()
  await assertAccessibleInBothThemes(page, 'the earlier imports')
  assert.deepEqual(visitor.faults, [])
})

test('managers, phones and addresses come with the file, and a manager who is missing is a remark', async () => {
  await api.settings.update({ newUserStates: { csv: 'STAGED' } })
  await using visitor = await enter('/users/import')
  const { page } = visitor
  const lines = [
    'username,email,Manager,Work phone,Mobile,Street,City,Home city',
    'report,report@example.com,lead@example.com,+49 30 1,+49 171 2,Weg 1,Berlin,Bonn',
    'lead,lead@example.com,,+49 30 3,,,,',
    'lost,lost@example.com,gone@example.com,,,,,',
  ]
  await choose(page, 'leads.csv', Buffer.from(lines.join('\n')))
  const fieldFor = (column: string) =>
    page.getByRole('combobox', { name: `Field for the column ${column}`, exact: true })
  assert.deepEqual(
    await Promise.all(
      ['Manager', 'Work phone', 'Mobile', 'City', 'Home city'].map((one) => fieldFor(one).inputValue()),
    ),
    ['Manager by e-mail', 'Work phone', 'Mobile phone', 'Work address: city', 'Home address: city'],
  )
  await page.getByText('Get access when they are activated. Set for imports.').waitFor()
  assert.equal(await page.getByRole('radio', { name: 'Staged' }).isChecked(), true, 'as the organization has set')
  await page.getByRole('radio', { name: 'Active' }).check()
  await assertAccessibleInBothThemes(page, 'the preview of managers, phones and addresses')
  await page.getByRole('button', { name: 'Create 3 users' }).click()
  await page.getByText('3 users created, 1 with a remark.').waitFor()
  await page.getByText('Done with remarks').waitFor()
  await page.getByText('Nobody has the e-mail address “gone@example.com”. Everything else was done.').waitFor()
  await assertAccessibleInBothThemes(page, 'an import with a remark')
  await page.getByRole('radiogroup', { name: 'Which rows' }).getByText('All (3)').click()
  await page.getByRole('region', { name: 'Rows of the import' }).getByRole('link', { name: 'report' }).click()
  await page.getByRole('heading', { name: 'report' }).waitFor()
  await page.getByRole('link', { name: 'lead', exact: true }).waitFor()
  await page.getByText('Weg 1').waitFor()

  const report = await api.users.get((await userNamed('report'))?.id ?? '')
  assert.deepEqual([report.state, report.managerName], ['ACTIVATED', 'lead'])
  await page.goto('/admin/users/import')
  await page
    .getByRole('textbox', { name: 'Or paste lines' })
    .fill('username\tWork phone\tManager\tBadge\nreport\t\tlost\t17')
  await page.getByRole('button', { name: 'Use pasted lines' }).click()
  await page.getByRole('radio', { name: 'Users to change' }).check()
  await page.getByRole('radio', { name: 'Clears the field' }).check()
  await fieldFor('Badge').click()
  await page.getByRole('option', { name: 'Attribute Badge' }).click()
  await page.getByRole('button', { name: 'Change 1 user' }).click()
  await page.getByText('1 user changed.').waitFor()
  const { fields, managerName } = await api.users.get(report.id)
  assert.equal(managerName, 'lost')
  const numbers = fields['phoneNumbers'] as readonly { readonly type: string; readonly number: string }[]
  assert.deepEqual(
    numbers.map(({ type, number }) => [type, number]),
    [['mobile', '+49 171 2']],
    'the work phone alone was cleared',
  )
  assert.match(JSON.stringify(fields['attributes']), /"name":"Badge","value":"17"/u)
  assert.deepEqual(visitor.faults, [])
})

test('users are changed by their employee number from pasted cells, and empty cells clear', async () => {
  await using visitor = await enter('/users/import')
  const { page } = visitor
  await page
    .getByRole('textbox', { name: 'Or paste lines' })
    .fill('Employee ID\tusername\tjob title\tdepartment\nE-1\tnew.name\t\tLaw\nE-9\tnobody\tChief\tLaw')
  await page.getByRole('button', { name: 'Use pasted lines' }).click()
  await page.getByText('Pasted lines · 2 rows · separated by tabs').waitFor()
  await page.getByRole('radio', { name: 'Users to change' }).check()
  await page.getByRole('radio', { name: 'Employee number' }).check()
  await page.getByRole('radio', { name: 'Clears the field' }).check()
  await page.getByRole('cell', { name: 'cleared' }).waitFor()
  await page.getByRole('button', { name: 'Change 2 users' }).click()
  await page.getByText('1 user changed, 1 refused.').waitFor()
  await page.getByText('There is no such user.').waitFor()
  const user = await api.users.get((await userNamed('new.name'))?.id ?? '')
  assert.deepEqual([user.fields['jobTitle'], user.fields['department']], ['', 'Law'])
  assert.deepEqual(visitor.faults, [])
})

test('a dropped file of many is worked on while the page is gone, and can be cancelled', async () => {
  await using visitor = await enter('/users/import')
  const { page } = visitor
  const many = 6_000
  await page.evaluate(`{
    const lines = Array.from({ length: ${many} }, (_, index) => 'many' + index + ',many' + index + '@example.com')
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['username,email\\n' + lines.join('\\n')], 'many.csv', { type: 'text/csv' }))
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
    document.querySelector('.portal-drop').dispatchEvent(event)
  }`)
  await page.getByText('many.csv · 6,000 rows', { exact: false }).waitFor()
  // Nobody can be stored until the job was cancelled, however fast the hub is.
  await stored.database.transaction(async (held) => {
    await held.execute({ text: 'lock table users in share mode' })
    await page.getByRole('button', { name: 'Create 6,000 users' }).click()
    await page.getByRole('progressbar', { name: 'Creating 6,000 users' }).waitFor({ timeout: 60_000 })
    await page.reload()
    await page.getByRole('progressbar', { name: 'Creating 6,000 users' }).waitFor()
    const cancelled = page.waitForResponse((response) => response.url().endsWith('/cancel'))
    await page.getByRole('button', { name: 'Cancel import' }).click()
    await cancelled
  })
  await page.getByText('not reached.', { exact: false }).waitFor()
  await page.getByText('Cancelled', { exact: true }).waitFor()
  const [job] = (await api.bulkJobs.list()).items
  assert.ok(job && job.cancelled > 0 && job.waiting === 0, JSON.stringify(job))
  assert.deepEqual(visitor.faults, [])
})
