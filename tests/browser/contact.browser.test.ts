import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser } from './browser.ts'

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

/** The stored rows of a field without what the hub adds to them. */
async function rowsOf(id: string, field: 'phoneNumbers' | 'addresses'): Promise<readonly Record<string, string>[]> {
  const rows = (await api.users.get(id)).fields[field] as readonly Record<string, string>[]
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name, value]) => !['_id', 'id'].includes(name) && value !== '')),
  )
}

test('phone numbers and addresses are added, refused beside their field, changed and removed', async () => {
  const user = await api.users.create({
    username: 'cora',
    email: 'cora@example.com',
    displayname: 'Cora Contact',
    phoneNumbers: [{ type: 'home', number: '+49 30 1000' }],
  })
  await using visitor = await enterAdmin(browser, hub, `/users/${user.id}/edit`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Add phone number' }).click()
  const second = page.getByRole('group', { name: 'Phone number 2' })
  await second.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Work fax' }).click()
  await page.getByRole('button', { name: 'Add address' }).click()
  const address = page.getByRole('group', { name: 'Address 1' })
  await page.getByRole('button', { name: 'Save changes' }).click()
  await second.getByText('Enter the number, or remove the row.').waitFor()
  await address.getByText('Fill in a part of the address, or remove it.').waitFor()
  const number = second.getByRole('textbox', { name: 'Number' })
  // The first fault has the focus.
  await number.and(page.locator(':focus')).waitFor()
  await assertAccessibleInBothThemes(page, 'contact rows with faults')

  await number.fill('fax')
  await address.getByRole('textbox', { name: 'City' }).fill('Berlin')
  await second.getByText('Write it with its digits', { exact: false }).waitFor()
  await number.fill('+49 30 1001')
  await address.getByRole('textbox', { name: 'Street and number' }).fill('Hauptstraße 5')
  await address.getByRole('textbox', { name: 'Postal code' }).fill('10115')
  await address.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Home' }).click()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('heading', { name: 'Cora Contact', level: 1 }).waitFor()
  const main = page.getByRole('main')
  await main.getByText('+49 30 1001').waitFor()
  await main.getByText('10115 Berlin').waitFor()
  assert.deepEqual(await rowsOf(user.id, 'phoneNumbers'), [
    { type: 'home', number: '+49 30 1000' },
    { type: 'work_fax', number: '+49 30 1001' },
  ])
  assert.deepEqual(await rowsOf(user.id, 'addresses'), [
    { type: 'home', streetAddress: 'Hauptstraße 5', postalCode: '10115', locality: 'Berlin' },
  ])
  await page.getByRole('button', { name: 'Why this value: Phone numbers' }).click()
  await page.getByRole('dialog').getByText('Home: +49 30 1000; Work fax: +49 30 1001').waitFor()
  await assertAccessibleInBothThemes(page, 'the explanation of phone numbers')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('button', { name: 'Remove phone number 1' }).click()
  await page.getByRole('button', { name: 'Remove address 1' }).click()
  const left = page.getByRole('group', { name: 'Phone number 1' })
  await left.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Mobile', exact: true }).click()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('heading', { name: 'Cora Contact', level: 1 }).waitFor()
  assert.deepEqual(await rowsOf(user.id, 'phoneNumbers'), [{ type: 'mobile', number: '+49 30 1001' }])
  assert.deepEqual(await rowsOf(user.id, 'addresses'), [])
  assert.deepEqual(visitor.faults, [])
})

test('what the form does not know of a row is kept while it is not touched', async () => {
  const phoneNumbers = [{ type: 'pager', number: '77' }]
  const user = await api.users.create({
    username: 'piet',
    email: 'piet@example.com',
    displayname: 'Piet',
    phoneNumbers,
  })
  await using visitor = await enterAdmin(browser, hub, `/users/${user.id}/edit`)
  const { page } = visitor
  const row = page.getByRole('group', { name: 'Phone number 1' })
  assert.equal(await row.getByRole('combobox', { name: 'Type' }).inputValue(), 'pager')
  await page.getByRole('textbox', { name: 'Department' }).fill('Sales')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('heading', { name: 'Piet', level: 1 }).waitFor()
  assert.deepEqual(await rowsOf(user.id, 'phoneNumbers'), phoneNumbers)
})
