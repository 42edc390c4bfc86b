// Passwords and domains in the administrators' portal: how an account's password stands, and whose the authority over passwords is.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import type { UserOutcome, UserWork } from '@lockstep/contract/agents/protocol'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { enrolScriptedAgent, type ScriptedAgent } from '../support/scripted-agents.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

let hub: Hub
let api: HubClient
let browser: Browser
let agent: ScriptedAgent
let directoryId = ''

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const { id } = await api.directories.create({
    domain: 'corp.example',
    rootDn: 'OU=People,DC=corp,DC=example',
    integrationGroupDn: 'CN=Lockstep,DC=corp,DC=example',
    userContainerDn: 'OU=People,DC=corp,DC=example',
    groupContainerDn: 'OU=People,DC=corp,DC=example',
  })
  directoryId = id
  const { connectKey } = await api.directories.addAgent(id, { kind: 'SYNC' })
  agent = await enrolScriptedAgent({ hubUrl: hub.url, connectKey, kind: 'SYNC', hostname: 'dc-side' })
  browser = await launchBrowser()
})

after(async () => {
  agent?.[Symbol.dispose]()
  await browser?.close()
  await hub?.stop()
})

const enter = (path: string): Promise<Visitor> => enterAdmin(browser, hub, path)

async function setPassword(id: string, password: string): Promise<void> {
  const answer = await fetch(`${hub.url}/api/systemusers/${id}/password`, {
    method: 'POST',
    headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  })
  assert.equal(answer.status, 200, await answer.text())
}

/** Takes the one account that waits, and says what came of its password. */
async function report(failure?: NonNullable<UserOutcome['failure']>): Promise<void> {
  const { epoch, items } = await agent.work()
  const [item] = items.filter((each): each is UserWork => each.kind === 'user')
  assert.ok(item)
  const guid = '6ff5e000-0000-0000-0000-000000000001'
  const outcome: UserOutcome = {
    ...{ kind: 'user', accountId: item.accountId, revision: item.revision, guid, enabled: true },
    ...(item.password === undefined
      ? {}
      : { password: { revision: item.password.revision, ...(failure === undefined ? {} : { failure }) } }),
  }
  await agent.report({ epoch, outcomes: [outcome] })
}

const refusal = {
  ...{ kind: 'password_policy', code: '0000052D', retryable: false },
  message: 'Active Directory refused the password: it does not meet the password policy of the domain.',
  remedy: 'Choose another password, or change what the domain demands and try again.',
}

test('a password that a domain refuses is told with its reason, is tried again, and is then in step', async () => {
  const { id } = await api.users.create({ username: 'ada', email: 'ada@example.com', state: 'ACTIVATED' })
  await api.users.bind(id, directoryId)
  await report()
  await setPassword(id, 'Correct-horse-7')
  await using visitor = await enter(`/users/${id}?tab=accounts`)
  const { page } = visitor
  await page.getByText('Password being delivered').waitFor()
  await report(refusal)
  await page.getByText('Password refused').waitFor()
  const accounts = page.getByRole('region', { name: 'Directories', exact: true })
  assert.equal(await accounts.getByText(refusal.message).count(), 1)
  await assertAccessibleInBothThemes(page, 'a refused password')
  await page.getByRole('button', { name: 'Try corp.example again now' }).click()
  await page.getByText('Password being delivered').or(page.getByText('is tried again')).first().waitFor()
  await report()
  await page.getByText('Password in step').waitFor()
  await page.getByRole('tab', { name: 'Details' }).click()
  await page.getByText('Active', { exact: true }).first().waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('all that match are given to a domain’s authority, and a password set here is refused from then on', async () => {
  for (const username of ['ben', 'cleo'])
    await api.users.create({ username, email: `${username}@example.com`, department: 'Sales', state: 'ACTIVATED' })
  await using visitor = await enter('/users?department=Sales&sort=username')
  const { page } = visitor
  await page.getByRole('row', { name: /cleo/ }).waitFor()
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check()
  await page.getByRole('button', { name: 'Set password authority' }).click()
  const dialog = page.getByRole('dialog', { name: 'Password authority of 2 users' })
  await dialog.getByLabel('Password authority').selectOption({ label: 'Active Directory (corp.example)' })
  await assertAccessibleInBothThemes(page, 'the choice of the authority')
  await dialog.getByRole('button', { name: 'Set for 2 users' }).click()
  await page.getByText('2 users given another password authority').waitFor()
  for (const { id, passwordAuthorityId } of (await api.users.list({ department: 'Sales' })).items) {
    assert.equal(passwordAuthorityId, directoryId)
    const answer = await fetch(`${hub.url}/api/systemusers/${id}/password`, {
      method: 'POST',
      headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ password: 'Correct-horse-7' }),
    })
    assert.deepEqual([answer.status, (await answer.text()).includes('corp.example')], [400, true])
  }
  assert.deepEqual(visitor.faults, [])
})

test('the ways by which passwords of a domain are captured are chosen, reviewed and kept, and off again', async () => {
  await using visitor = await enter(`/directories/${directoryId}?tab=settings`)
  const { page } = visitor
  const section = page.getByRole('region', { name: 'Password capture', exact: true })
  const ways = (): Promise<readonly string[]> =>
    api.directories.get(directoryId).then(({ behaviour }) => behaviour.passwordCapture)
  const save = async (): Promise<void> => {
    await section.getByRole('button', { name: 'Review and save' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Passwords are captured by').waitFor()
    await dialog.getByRole('button', { name: 'Save settings' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }
  await section.getByText('Off', { exact: true }).waitFor()
  assert.deepEqual(await ways(), [])
  await section.getByRole('checkbox', { name: 'A password filter' }).check()
  await section.getByRole('checkbox', { name: 'A hash over the NT hash' }).check()
  await assertAccessibleInBothThemes(page, 'the ways of capturing passwords')
  await save()
  await section.getByText('On', { exact: true }).waitFor()
  assert.deepEqual(await ways(), ['nt_hash', 'filter'])
  await section.getByRole('checkbox', { name: 'A password filter' }).uncheck()
  await section.getByRole('checkbox', { name: 'A hash over the NT hash' }).uncheck()
  await save()
  await section.getByText('Off', { exact: true }).waitFor()
  assert.deepEqual(await ways(), [])
  assert.deepEqual(visitor.faults, [])
})
