// Schemas and types of resources that administrators declare, from the portal's side.
import { createHubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, launchBrowser, signIn, visit } from './browser.ts'

let hub: Hub
let browser: Browser

before(async () => {
  hub = await startHub()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

async function fill(page: Page, text: object): Promise<void> {
  await page.getByLabel('Declaration', { exact: true }).fill(JSON.stringify(text, undefined, 2))
}

test('a schema and a type are declared by pasting them, faults are told with their line, and the number of resources is asked for', async () => {
  const api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/admin/integrations')
  await signIn(page, hub.administrator)
  await page.getByRole('heading', { name: 'Schemas of your own' }).waitFor()
  await page.getByText('Nothing is declared.').waitFor()
  await page.getByRole('button', { name: 'Declare a schema' }).click()
  const dialog = page.getByRole('dialog')
  const id = 'urn:example:device:1.0:Device'
  await fill(page, {
    id,
    attributes: [{ name: 'displayName' }, { name: 'pin', mutability: 'writeOnly', returned: 'default' }],
  })
  await dialog.getByRole('button', { name: 'Declare' }).click()
  await dialog.getByText(/Line 10: attributes\.1\.returned: "pin" is writeOnly/).waitFor()
  await assertAccessibleInBothThemes(page, 'a declaration with a fault')
  await fill(page, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    attributes: [{ name: 'displayName' }],
  })
  await dialog.getByRole('button', { name: 'Declare' }).click()
  const table = page.getByRole('grid', { name: 'Schemas of your own' })
  await table.getByText(id).waitFor()
  await page.getByRole('button', { name: 'Declare a resource type' }).click()
  await fill(page, { name: 'Device', endpoint: '/Devices', schema: id })
  await dialog.getByRole('button', { name: 'Declare' }).click()
  await table.getByText('/scim/v2/Devices').waitFor()
  const reply = await fetch(`${hub.url}/scim/v2/Devices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ schemas: [id], displayName: 'Laptop' }),
  })
  assert.equal(reply.status, 201)
  await table.getByRole('button', { name: 'Device', exact: true }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByText(/There are 1 resources of the type "Device"/).waitFor()
  await dialog.getByLabel('Resources to delete').fill('1')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.waitFor({ state: 'detached' })
  await table.getByText('/scim/v2/Devices').waitFor({ state: 'detached' })
  assert.deepEqual((await api.integrations.resourceTypes()).items, [])
})
