// Clients that provision by SCIM, from the portal's side: adding one, its settings, tokens, table of attributes, log, and what is held.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, signIn, visit, type Visitor } from './browser.ts'

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

/** A request of a client; answers its status and the id in its answer. */
async function send(token: string, method: string, path: string, body?: object) {
  const reply = await fetch(`${hub.url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', 'user-agent': 'A client' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await reply.json().catch(() => ({}))) as { readonly id?: string }
  return { status: reply.status, id: answer.id ?? '' }
}

function person(name: string): object {
  const emails = [{ value: `${name}@example.com`, primary: true }]
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: name, emails, active: true }
}

const inactive = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }],
}

async function integration(name: string, settings: object = {}) {
  const { id } = await api.integrations.create({ name, ...settings })
  const { secret } = await api.integrations.addToken(id, {})
  return { id, token: secret }
}

async function textOf(page: Page, label: string): Promise<string> {
  return ((await page.getByLabel(label, { exact: true }).textContent()) ?? '').trim()
}

test('Entra ID is added step by step, and its first request is seen when it comes', async () => {
  await using visitor = await enter('/integrations')
  const { page } = visitor
  await page.getByText('No client is connected yet').waitFor()
  await page.getByRole('row', { name: /API keys of administrators/ }).waitFor()
  await assertAccessibleInBothThemes(page, 'integrations before the first')

  await page.getByRole('button', { name: 'Add an integration' }).first().press('Enter')
  await page.getByRole('heading', { name: 'Add an integration', level: 1 }).waitFor()
  await page.getByRole('radio', { name: 'Okta' }).check()
  const name = page.getByRole('textbox', { name: 'Name' })
  await page.waitForFunction(`document.querySelector('input[name="name"]')?.value === 'Okta'`)
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check()
  await name.fill('')
  await name.press('Enter')
  await page.getByText('Enter a name.').waitFor()
  await assertAccessibleInBothThemes(page, 'the choice of a client')
  await name.fill('Entra of the company')
  await name.press('Enter')

  await page.getByRole('heading', { name: 'Connect Entra of the company', level: 1 }).waitFor()
  await page.getByText('Waiting for the first request').waitFor()
  await page.getByRole('heading', { name: 'Make an enterprise application' }).waitFor()
  assert.equal(await textOf(page, 'Address'), `${hub.url}/scim/v2`)
  await page.getByRole('button', { name: 'Create token' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).press('Enter')
  await page.getByRole('group', { name: 'New token, shown only this once' }).and(page.locator(':focus')).waitFor()
  const token = await textOf(page, 'Token')
  await assertAccessibleInBothThemes(page, 'the set-up with a token')

  assert.equal((await send(token, 'GET', '/Users?filter=userName%20eq%20%22nobody%22')).status, 200)
  await page.getByText('The client has come').waitFor()
  assert.equal((await send(token, 'POST', '/Users', person('eva'))).status, 201)
  await page.getByRole('list', { name: 'Latest requests' }).getByText('Made the user eva.').waitFor()
  await assertAccessibleInBothThemes(page, 'the set-up with requests')
  await page.reload()
  await page.getByText('The client has come').waitFor()
  assert.equal((await page.content()).includes(token), false, 'the token is gone from the page')

  await page.getByRole('link', { name: 'Integrations' }).first().click()
  const row = page.getByRole('row', { name: /Entra of the company/ })
  await row.getByText('Works').waitFor()
  await row.getByText('Microsoft Entra ID').waitFor()
  await row.press('Enter')
  await page.getByRole('heading', { name: 'Entra of the company', level: 1 }).waitFor()
  const [made] = (await api.integrations.list()).items.filter(({ builtIn }) => !builtIn)
  assert.deepEqual([made?.profile, made?.usernameRule, made?.figures?.activeUsers], ['entra', 'before_at', 1])
  assert.deepEqual(visitor.faults, [])
})

test('who comes back to the set-up of OneLogin finds OneLogin’s steps', async () => {
  await using visitor = await enter('/integrations/new?kind=onelogin')
  const { page } = visitor
  const name = page.getByRole('textbox', { name: 'Name' })
  await page.waitForFunction(`document.querySelector('input[name="name"]')?.value === 'OneLogin'`)
  await name.press('Enter')
  await page.getByRole('heading', { name: 'Connect OneLogin', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Integrations' }).first().click()
  const row = page.getByRole('row', { name: /OneLogin/ })
  await row.press('Enter')
  await page.getByRole('heading', { name: 'OneLogin', level: 1, exact: true }).waitFor()
  await page.getByRole('button', { name: 'Set-up steps' }).click()
  await page.getByRole('heading', { name: 'Add a SCIM provisioner' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Add a SCIM provisioner' }).waitFor()
  const made = (await api.integrations.list()).items.find((one) => one.name === 'OneLogin')
  assert.equal(made?.profile, 'onelogin')
  assert.deepEqual(visitor.faults, [])
})

test('settings say what a client may, and tokens are rotated and revoked', async () => {
  const { id, token } = await integration('Payroll')
  await using visitor = await enter(`/integrations/${id}`)
  const { page } = visitor
  const form = page.getByRole('form', { name: 'Settings' })
  await form.getByRole('switch', { name: 'May create' }).press('Space')
  await form.getByRole('checkbox', { name: 'E-mail address' }).press('Space')
  await form.getByRole('textbox', { name: 'Percent of its own in 24 hours' }).fill('101')
  await form.getByRole('button', { name: 'Save settings' }).press('Enter')
  await form.getByText('Enter a whole number from 0 to 100.').waitFor()
  await assertAccessibleInBothThemes(page, 'the settings with a fault')
  await form.getByRole('textbox', { name: 'Percent of its own in 24 hours' }).fill('20')
  await page.getByRole('tab', { name: 'Tokens' }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await form.getByRole('button', { name: 'Save settings' }).press('Enter')
  await page.getByText('Payroll saved').waitFor()
  const saved = await api.integrations.get(id)
  assert.deepEqual([saved.mayCreate, saved.takeoverBy, saved.guardPercent], [false, ['email'], 20])
  assert.equal((await send(token, 'POST', '/Users', person('nora'))).status, 403)

  await page.getByRole('tab', { name: 'Tokens' }).press('Enter')
  const tokens = page.getByRole('list', { name: 'Tokens' })
  const [first] = (await api.integrations.get(id)).tokens
  await tokens.getByText('last used', { exact: false }).waitFor()
  await page.getByRole('button', { name: `Rotate ${first?.prefix}` }).press('Enter')
  await assertAccessibleInBothThemes(page, 'the question before rotating a token')
  await page.getByRole('button', { name: 'Create the new token' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'The new token' })
  await dialog.getByLabel('Token', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  const next = ((await dialog.getByLabel('Token', { exact: true }).textContent()) ?? '').trim()
  await dialog.getByRole('button', { name: 'I have copied it' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: `Revoke ${first?.prefix}` }).press('Enter')
  await page.getByText('The other tokens keep working.', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Revoke 1 token' }).press('Enter')
  await page.getByText('Token of Payroll revoked').waitFor()
  await page.getByRole('button', { name: `Revoke ${first?.prefix}` }).waitFor({ state: 'detached' })
  assert.equal((await send(next, 'GET', '/Users')).status, 200)
  await assertAccessibleInBothThemes(page, 'the tokens')

  await page.getByRole('tab', { name: 'Overview' }).press('Enter')
  await page.getByRole('button', { name: 'Delete integration' }).press('Enter')
  await page.getByRole('textbox', { name: 'Type Payroll to go on' }).fill('Payroll')
  await assertAccessibleInBothThemes(page, 'the question before deleting an integration')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete integration' }).press('Enter')
  await page.getByText('Payroll deleted').waitFor()
  await page.getByRole('row', { name: /API keys of administrators/ }).waitFor()
  await page.getByRole('row', { name: /Payroll/ }).waitFor({ state: 'detached' })
  assert.deepEqual(visitor.faults, [])
})

test('a table of attributes is edited beside a sample and the user that comes of it', async () => {
  const { id, token } = await integration('Mapped', { usernameRule: 'before_at' })
  await using visitor = await enter(`/integrations/${id}?tab=mapping`)
  const { page } = visitor
  const result = page.getByLabel('The user here')
  await result.getByText('Engineer', { exact: true }).waitFor()
  await page.getByText('The usual table.', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Add row' }).press('Enter')
  const last = page.getByRole('group', { name: /^Row / }).last()
  await page.getByRole('button', { name: 'Save mapping' }).press('Enter')
  await last.getByRole('alert').getByText('Choose an attribute.').waitFor()
  await assertAccessibleInBothThemes(page, 'the mapping with a row that is not filled in')
  await last.getByRole('combobox', { name: 'Attribute' }).or(last.getByLabel('Attribute')).first().fill('nickName')
  await page.keyboard.press('Escape')
  await last.getByLabel('Field', { exact: true }).first().fill('username')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save mapping' }).press('Enter')
  await last.getByText('is decided by the rules for user names', { exact: false }).waitFor()
  await last.getByLabel('Field', { exact: true }).first().fill('attributes.nick')
  await page.keyboard.press('Escape')
  await result.getByText('Janie', { exact: false }).waitFor()
  await page.getByRole('textbox', { name: 'A user as the client sends it' }).fill('{"userName": ')
  await page.getByText('Enter an object in JSON.').waitFor()
  await page.getByRole('textbox', { name: 'A user as the client sends it' }).fill('{"userName": "4you"}')
  await page.getByText('The user would be refused').waitFor()
  await assertAccessibleInBothThemes(page, 'the mapping with a sample that is refused')
  await page.getByRole('button', { name: 'Save mapping' }).press('Enter')
  await page.getByText('Mapping of Mapped saved').waitFor()
  assert.equal((await send(token, 'POST', '/Users', { ...person('mia'), nickName: 'Mimi' })).status, 201)
  const mia = (await api.users.list({ search: 'mia' })).items[0]
  const { fields } = await api.users.get(mia?.id ?? '')
  assert.match(JSON.stringify(fields['attributes']), /"name":"nick","value":"Mimi"/u)
  await page.getByRole('button', { name: 'Use the usual table' }).press('Enter')
  await page.getByRole('button', { name: 'Save mapping' }).press('Enter')
  await page.getByText('The usual table.', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Discard changes' }).waitFor({ state: 'detached' })
  assert.equal((await api.integrations.get(id)).mapping, null)
  assert.deepEqual(visitor.faults, [])
})

test('the log shows what comes, opens a refusal, says why somebody is not there, and sends it again', async () => {
  const { id, token } = await integration('Logged')
  assert.equal((await send(token, 'POST', '/Users', person('taken'))).status, 201)
  assert.equal(
    (await send(token, 'POST', '/Users', { ...person('late'), emails: [{ value: 'taken@example.com' }] })).status,
    409,
  )
  await using visitor = await enter(`/integrations/${id}?tab=log`)
  const { page } = visitor
  const grid = page.getByRole('grid', { name: 'Requests' })
  const refused = grid.getByRole('row', { name: /POST \/Users/ }).filter({ hasText: 'Refused' })
  await refused.waitFor()
  await assertAccessibleInBothThemes(page, 'the log')
  assert.equal((await send(token, 'POST', '/Users', person('fresh'))).status, 201)
  await page.getByRole('button', { name: '1 new · show' }).press('Enter')
  await page.getByRole('main').and(page.locator(':focus')).waitFor()
  await grid.getByText('Made the user fresh.').waitFor()

  const user = page.getByRole('textbox', { name: 'Filter by user' })
  await user.fill('late')
  await user.press('Enter')
  await page.getByRole('button', { name: 'Remove the filter: User: late' }).waitFor()
  await grid.getByText('Made the user fresh.').waitFor({ state: 'detached' })
  await refused.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Request' })
  await dialog.getByLabel('What was answered', { exact: true }).getByText('uniqueness', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'a request that was refused')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('tab', { name: 'Overview' }).click()
  const question = page.getByRole('textbox', { name: 'User name, e-mail address or outside id' })
  await question.press('Enter')
  await page.getByText('Enter whom you look for.').waitFor()
  await question.fill('late')
  await question.press('Enter')
  await page.getByText('was refused (409)', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(page, 'why somebody is not there')
  const taken = (await api.users.list({ search: 'taken' })).items[0]
  await api.users.update(taken?.id ?? '', { email: 'moved@example.com' })
  await page.getByRole('list', { name: 'Requests about this user' }).getByRole('link', { name: 'POST 409' }).click()
  await dialog.getByRole('button', { name: 'Send again' }).press('Enter')
  await page.getByText('Sent again: done').waitFor()
  await dialog.getByText('Made the user late.').waitFor()
  await dialog.getByRole('link', { name: 'An earlier request' }).waitFor()
  assert.equal((await api.users.list({ search: 'late' })).total, 1)
  assert.deepEqual(visitor.faults, [])
})

test('what is held is seen with the integration, and the palette leads there', async () => {
  const { id, token } = await integration('Careless', { guardCount: 1, guardPercent: 0 })
  for (const name of ['ann', 'bob', 'cid']) {
    const made = await send(token, 'POST', '/Users', person(name))
    assert.equal((await send(token, 'PATCH', `/Users/${made.id}`, inactive)).status, 200)
  }
  await using visitor = await enter('/')
  const { page } = visitor
  await page.getByRole('button', { name: /^Go to/ }).click()
  await page.getByRole('combobox', { name: 'Go to a user', exact: false }).fill('careless')
  await page.getByRole('option', { name: /Careless/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Careless', level: 1 }).waitFor()
  await page.getByRole('tab', { name: 'Held changes (1)' }).click()
  const plans = page.getByRole('list', { name: 'Held plans' })
  await plans.getByRole('link', { name: 'Suspend 2 users' }).waitFor()
  await assertAccessibleInBothThemes(page, 'held changes of an integration')
  await page.getByRole('link', { name: 'All plans of Careless' }).click()
  await page.getByRole('row', { name: /Suspend 2 users/ }).waitFor()
  await page.goto(`/admin/integrations/${id}?tab=held`)
  await page.getByRole('button', { name: 'Release 2 changes' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('They left')
  await dialog.getByRole('button', { name: 'Release 2 changes' }).click()
  await page.getByText('Nothing is held').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('the page of a user leads to the integration that owns them and their fields', async () => {
  const { token } = await integration('Owner', { readOnlyFields: ['jobTitle'] })
  const { id } = await send(token, 'POST', '/Users', { ...person('owned'), title: 'Pilot' })
  await using visitor = await enter(`/users/${id}`)
  const { page } = visitor
  await page.getByText('provisioned by', { exact: false }).getByRole('link', { name: 'Owner' }).waitFor()
  await page.getByText('managed by', { exact: false }).getByRole('link', { name: 'Owner' }).waitFor()
  await page.getByRole('button', { name: 'Edit' }).press('Enter')
  await page.getByText('Change it there.', { exact: false }).getByRole('link', { name: 'Owner' }).waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Job title' }).getAttribute('readonly'), '')
  await page.getByText('Change it there.', { exact: false }).getByRole('link', { name: 'Owner' }).click()
  await page.getByRole('heading', { name: 'Owner', level: 1 }).waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('who may only read sees everything and changes nothing', async () => {
  const { id } = await integration('Watched')
  const reader = {
    email: 'reader@example.com',
    name: 'Rita Reader',
    role: 'read_only',
    password: 'a long enough password',
  } as const
  await api.administrators.create(reader)
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto(`/admin/integrations/${id}`)
  await signIn(page, reader)
  await page.getByRole('form', { name: 'Settings' }).getByText('does not allow you', { exact: false }).waitFor()
  assert.equal(await page.getByRole('switch', { name: 'May create' }).isDisabled(), true)
  await assertAccessibleInBothThemes(page, 'an integration for who may only read')
  await page.goto(`/admin/integrations/${id}?tab=tokens`)
  const create = page.getByRole('button', { name: 'Create another token' })
  assert.equal(await create.getAttribute('aria-disabled'), 'true')
  assert.deepEqual(visitor.faults, [])
})
