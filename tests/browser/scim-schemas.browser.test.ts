// Schemas and types of resources that administrators declare, from the portal's side: by a form, by pasting, and as values of users and groups.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { eventually } from '../support/eventually.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

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

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

const box = (within: Page | Locator, name: string): Locator => within.getByRole('textbox', { name, exact: true })
const attribute = (page: Page, name: string): Locator => page.getByRole('group', { name, exact: true })
const table = (page: Page): Locator => page.getByRole('grid', { name: 'Schemas of your own' })

async function choose(page: Page, field: Locator, option: RegExp | string): Promise<void> {
  await field.click()
  await page.getByRole('option', { name: option }).click()
}

/** Adds an attribute and types its name: the new row has the focus. */
async function add(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Add an attribute' }).click()
  await newName(page).waitFor()
  await page.keyboard.type(name)
  return attribute(page, name)
}

/** The name of a new row, once it has the focus. */
const newName = (page: Page): Locator => page.locator('input[data-focus^="name-"][value=""]:focus')

const names = (page: Page): Promise<string[]> =>
  page.locator('[data-attribute]').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))

test('a schema is declared by a form: its URN follows its name, faults stand at their fields, rows move by keyboard', async () => {
  await using visitor = await enter('/integrations')
  const { page, faults } = visitor
  await page.getByRole('button', { name: 'Declare a schema' }).click()
  await page.getByRole('heading', { name: 'Declare a schema' }).waitFor()
  await page.getByRole('button', { name: 'Declare', exact: true }).waitFor()
  const urn = box(page, 'URN')
  await box(page, 'Name').first().fill('Badge')
  assert.equal(await urn.inputValue(), 'urn:ietf:params:scim:schemas:extension:Badge:2.0:User')
  await urn.fill('urn:lockstep:badge')
  await page.getByText('This one belongs to the protocol or to the hub.').waitFor()
  await urn.fill('urn:example:badge:1.0')
  await page.getByText('This one belongs').waitFor({ state: 'detached' })
  await box(attribute(page, 'Attribute 1'), 'Name').fill('number')
  const number = attribute(page, 'number')
  await choose(page, number.getByRole('combobox', { name: 'Type' }), /integer/)
  await number.getByRole('button', { name: 'More of number' }).click()
  await choose(page, number.getByRole('combobox', { name: 'A value may stand' }), 'Once (server)')
  const grade = await add(page, 'grade')
  await grade.getByRole('button', { name: 'More of grade' }).click()
  await choose(page, grade.getByRole('combobox', { name: 'Clients may' }), /readOnly/)
  await grade.getByRole('combobox', { name: 'Suggested values' }).fill('A')
  await page.keyboard.press('Enter')
  const pin = await add(page, 'pin')
  await pin.getByRole('button', { name: 'More of pin' }).click()
  await choose(page, pin.getByRole('combobox', { name: 'Clients may' }), /writeOnly/)
  await pin.getByRole('checkbox', { name: /Several values/ }).check()
  const doors = await add(page, 'doors')
  await choose(page, doors.getByRole('combobox', { name: 'Type' }), /complex/)
  await doors.getByRole('checkbox', { name: /Several values/ }).check()
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await page.getByText('Add a sub-attribute.').waitFor()
  await doors.getByRole('button', { name: 'Add a part of doors' }).click()
  await newName(page).waitFor()
  await page.keyboard.type('value')
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await pin.getByText('"pin" is never returned and takes one value only.').waitFor()
  await assertAccessibleInBothThemes(page, 'the form of a schema with a fault')
  await pin.getByRole('checkbox', { name: /Several values/ }).uncheck()
  assert.deepEqual(await names(page), ['number', 'grade', 'pin', 'doors', 'value'])
  await pin.getByRole('button', { name: 'Move pin up' }).focus()
  await page.keyboard.press('Enter')
  await eventually(
    () => names(page),
    (seen) => seen.join(' ') === 'number pin grade doors value',
  )
  const up = page.locator('[aria-label="Move pin up"]:focus')
  await up.waitFor()
  await page.keyboard.press('Alt+ArrowUp')
  await eventually(
    () => names(page),
    (seen) => seen[0] === 'pin',
  )
  await up.waitFor()
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await table(page).getByText('urn:example:badge:1.0').waitFor()
  const { items } = await api.integrations.schemas()
  assert.deepEqual(
    items.map(({ name, id, attributes }) => [name, id, attributes.map((one) => [one.name, one.type, one.mutability])]),
    [
      [
        'Badge',
        'urn:example:badge:1.0',
        [
          ['pin', 'string', 'writeOnly'],
          ['number', 'integer', 'readWrite'],
          ['grade', 'string', 'readOnly'],
          ['doors', 'complex', 'readWrite'],
        ],
      ],
    ],
  )
  assert.deepEqual(faults, [])
})

test('a user shows declared values, and an administrator sets them by their rules', async () => {
  const { id } = await api.users.create({ username: 'jane', email: 'jane@example.com' })
  await using visitor = await enter(`/users/${id}`)
  const { page, faults } = visitor
  const section = page.getByRole('region', { name: 'Badge' })
  await section.getByRole('button', { name: 'Edit Badge' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit Badge' })
  await box(dialog, 'number').fill('seven')
  await dialog.getByLabel('pin', { exact: true }).fill('4711')
  await dialog.getByRole('combobox', { name: 'grade' }).fill('A')
  const addDoors = dialog.getByRole('button', { name: 'Add doors' })
  await addDoors.click()
  await box(dialog.getByRole('group', { name: 'doors 1' }), 'value')
    .and(page.locator(':focus'))
    .waitFor()
  await dialog.getByRole('button', { name: 'Remove doors 1' }).click()
  await addDoors.and(page.locator(':focus')).waitFor()
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await dialog.getByText('"number" takes a number.').waitFor()
  await assertAccessibleInBothThemes(page, 'declared values with a fault')
  await box(dialog, 'number').fill('7')
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await dialog.waitFor({ state: 'detached' })
  await section.getByText('set, never shown').waitFor()
  await section.getByText('7', { exact: true }).waitFor()
  const [schema] = (await api.users.declaredValues(id)).schemas
  assert.deepEqual([schema?.values, schema?.secrets], [{ number: 7, grade: 'A' }, ['pin']])
  assert.deepEqual(faults, [])
})

test('a schema from the file is read in full, and not changed', async () => {
  await using visitor = await enter('/integrations')
  const { page, faults } = visitor
  await page.route(/\/scim-schemas$/u, async (route) => {
    const reply = await route.fetch()
    const { items } = (await reply.json()) as { items: readonly object[] }
    await route.fulfill({ response: reply, json: { items: items.map((one) => ({ ...one, fromFile: true })) } })
  })
  const [schema] = (await api.integrations.schemas()).items
  await page.goto(`/admin/integrations/schemas/${schema?.key ?? ''}`)
  const grade = attribute(page, 'grade')
  await grade.getByRole('button', { name: 'More of grade' }).click()
  await box(grade, 'Clients may').waitFor()
  assert.equal(await box(grade, 'Description').getAttribute('readonly'), '')
  assert.equal(await page.getByRole('button', { name: /^(Move|Remove|Add) / }).count(), 0)
  await assertAccessibleInBothThemes(page, 'a schema from the file')
  await page.getByRole('button', { name: 'As JSON' }).click()
  await page.getByRole('dialog', { name: 'Badge' }).getByLabel('Declaration', { exact: true }).waitFor()
  assert.deepEqual(faults, [])
})

test('of a declared schema only what fits its values changes, and what a change or deletion loses is said before', async () => {
  await using visitor = await enter('/integrations')
  const { page, faults } = visitor
  // As if the values had come since they were counted.
  await page.route('**/value-counts', (route) => route.fulfill({ json: { items: [] } }), { times: 1 })
  await table(page).getByRole('button', { name: 'Badge', exact: true }).click()
  const number = attribute(page, 'number')
  await number.waitFor()
  assert.equal(await box(number, 'Name').getAttribute('readonly'), '')
  assert.ok(await number.getByRole('checkbox', { name: /Several values/ }).isDisabled())
  await page.getByText(/Its name, type, number of values and letter case stay/).waitFor()
  await assertAccessibleInBothThemes(page, 'the form of a declared schema')
  const grade = attribute(page, 'grade')
  await grade.getByRole('button', { name: 'More of grade' }).click()
  await grade.getByRole('combobox', { name: 'Clients may' }).press('Alt+ArrowDown')
  await page.getByRole('option', { name: /immutable/ }).waitFor()
  await page.keyboard.press('Escape')
  await box(attribute(page, 'pin'), 'Name').press('Alt+ArrowUp')
  assert.deepEqual(await names(page), ['pin', 'number', 'grade', 'doors', 'value'])
  assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled())
  const location = await add(page, 'location')
  assert.equal(await page.getByRole('button', { name: 'As JSON' }).getAttribute('aria-disabled'), 'true')
  assert.ok(await location.getByRole('checkbox', { name: 'Required' }).isDisabled())
  await grade.getByRole('button', { name: 'Remove grade' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const asking = page.getByRole('dialog', { name: 'Save Badge?' })
  await asking.getByText('1 value will be lost.').waitFor()
  await asking.getByRole('button', { name: 'Save and lose them' }).click()
  await table(page).getByText('urn:example:badge:1.0').waitFor()
  await table(page).getByRole('button', { name: 'Badge', exact: true }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const deleting = page.getByRole('dialog', { name: 'Delete Badge?' })
  await deleting.getByText('2 values will be lost.').waitFor()
  await box(deleting, 'Type Badge to go on').fill('Badge')
  await deleting.getByRole('button', { name: 'Delete schema' }).click()
  await page.getByText('Nothing is declared.').waitFor()
  assert.deepEqual((await api.integrations.schemas()).items, [])
  assert.deepEqual(faults, [])
})

async function paste(page: Page, text: object): Promise<void> {
  await page.getByLabel('Declaration', { exact: true }).fill(JSON.stringify(text, undefined, 2))
}

test('a schema and a type are declared by pasting them, faults are told with their line, and the number of resources is said', async () => {
  await using visitor = await enter('/integrations/schemas/new')
  const { page, faults } = visitor
  await page.getByRole('button', { name: 'Paste JSON' }).click()
  const dialog = page.getByRole('dialog', { name: 'Declare a schema' })
  const id = 'urn:example:device:1.0:Device'
  await paste(page, {
    id,
    attributes: [{ name: 'displayName' }, { name: 'pin', mutability: 'writeOnly', returned: 'default' }],
  })
  await dialog.getByRole('button', { name: 'Declare' }).click()
  await dialog.getByText(/Line 10: attributes\.1\.returned: "pin" is writeOnly/).waitFor()
  await assertAccessibleInBothThemes(page, 'a declaration with a fault')
  await paste(page, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    attributes: [{ name: 'displayName' }],
  })
  await dialog.getByRole('button', { name: 'Declare' }).click()
  await table(page).getByText(id).waitFor()
  await page.getByRole('button', { name: 'Declare a resource type' }).click()
  await paste(page, { name: 'Device', endpoint: '/Devices', schema: id })
  await page.getByRole('dialog').getByRole('button', { name: 'Declare' }).click()
  await table(page).getByText('/scim/v2/Devices').waitFor()
  const reply = await fetch(`${hub.url}/scim/v2/Devices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ schemas: [id], displayName: 'Laptop' }),
  })
  assert.equal(reply.status, 201)
  await page.reload()
  const row = table(page).getByRole('row').filter({ hasText: '/scim/v2/Devices' })
  await row.getByText('1 resource').waitFor()
  await row.getByRole('button', { name: 'Device', exact: true }).click()
  await page.getByRole('dialog', { name: 'Device', exact: true }).getByRole('button', { name: 'Delete' }).click()
  const deleting = page.getByRole('dialog', { name: 'Delete Device?' })
  await deleting.getByText('1 resource will be deleted with it.').waitFor()
  await box(deleting, 'Type Device to go on').fill('Device')
  await deleting.getByRole('button', { name: 'Delete resource type' }).click()
  await row.waitFor({ state: 'detached' })
  assert.deepEqual((await api.integrations.resourceTypes()).items, [])
  assert.deepEqual(faults, [])
})

test('a type of resources is declared with its schema by the form, or neither is', async () => {
  await using visitor = await enter('/integrations/schemas/new')
  const { page, faults } = visitor
  await box(page, 'Name').first().fill('Desk')
  await choose(page, page.getByRole('combobox', { name: 'Attributes of' }), 'A new type of resources')
  await box(page, 'Address').fill('Users')
  await box(attribute(page, 'Attribute 1'), 'Name').fill('room')
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await page.getByText('"/Users" is an address of the protocol itself.').waitFor()
  const earlier = (await api.integrations.schemas()).items.length
  await box(page, 'Address').fill('Desks')
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await table(page).getByText('/scim/v2/Desks').waitFor()
  assert.equal((await api.integrations.schemas()).items.length, earlier + 1)
  assert.deepEqual(faults, [])
})
