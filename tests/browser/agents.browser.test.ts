// The agents of a directory's page: their log as it comes, the choice of the primary, and the commands of a new one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { directoryPackages, installPrerequisites } from '../../dev/src/samba/prerequisites.ts'
import { type AgentWorld, type RunningAgent, startAgentWorld } from '../support/agent-world.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

let world: AgentWorld
let imports: readonly RunningAgent[]
let browser: Browser

before(async () => {
  assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
  world = await startAgentWorld()
  imports = [await world.addAgent('IMPORT'), await world.addAgent('IMPORT')]
  await world.until('both work', async () => {
    const agents = await world.agents()
    return agents.every(({ health }) => health.light === 'green') && agents.some(({ primary }) => primary)
  })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await world?.[Symbol.asyncDispose]()
})

const enter = (): Promise<Visitor> =>
  enterAdmin(browser, { url: world.hubUrl, administrator: world.administrator }, `/directories/${world.directoryId}`)

test('the log of an agent is followed while it is open', async () => {
  await using visitor = await enter()
  const { page, faults } = visitor
  const primary = (await world.agents()).findIndex((agent) => agent.primary)
  assert.ok(primary >= 0)
  const show = page.getByRole('button', { name: /^Show the log of the import agent/ })
  await show.nth(primary).click()
  const log = page.getByRole('log', { name: /^Log of the import agent/ })
  await log.getByText('The whole domain is read').first().waitFor()
  const linesBefore = await log.getByText('Reading the whole domain').count()
  await page.getByRole('button', { name: 'Read everything now' }).click()
  await log.getByText('Reading the whole domain').nth(linesBefore).waitFor()
  await assertAccessibleInBothThemes(page, 'an open log')
  await page.getByRole('button', { name: /^Hide the log/ }).click()
  await log.waitFor({ state: 'detached' })
  assert.deepEqual(faults, [])
})

test('another agent is made primary by hand', async () => {
  await using visitor = await enter()
  const { page, faults } = visitor
  const before = (await world.agents()).find(({ primary }) => primary)?.id
  await page.getByRole('button', { name: /^Make the import agent/ }).click()
  await world.until('the other one is primary', async () =>
    (await world.agents()).some(
      ({ id, primary }) => primary && id !== before && imports.some((agent) => agent.id === id),
    ),
  )
  await page
    .getByText(/is primary now/)
    .first()
    .waitFor()
  assert.deepEqual(faults, [])
})

test('a new agent comes with the commands that fetch, check, enrol and run it', async () => {
  await using visitor = await enter()
  const { page, faults } = visitor
  await page.getByRole('button', { name: 'Add agent' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add agent' }).click()
  const commands = page.getByLabel('commands', { exact: true })
  await commands.getByText(/sha256sum -c/).waitFor()
  const text = (await commands.textContent()) ?? ''
  assert.match(text, /curl -fsS -H @- -o \w+-agent\.mjs http:.*\/agents\/v1\/bundles\//)
  assert.match(text, /doctor --config/)
  await assertAccessibleInBothThemes(page, 'the commands of a new agent')
  assert.deepEqual(faults, [])
})
