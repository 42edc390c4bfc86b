// A hub beside a real domain that have come apart: somebody changed the domain while no agent ran, and somebody wrote into the database. The
// comparison finds what is left of it, shows it, and applies it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { UserDetail } from '@lockstep/contract/hub/user'
import type { Browser } from 'playwright-core'
import { directoryPackages, installPrerequisites } from '../../dev/src/samba/prerequisites.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { type AgentWorld, type RunningAgent, startAgentWorld } from '../support/agent-world.ts'
import { databaseUrl } from '../support/database-url.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, type Visitor } from './browser.ts'

/** What a complete read and the agents' restart may take on a busy machine. */
const domainPatience = { timeout: 120_000 }

let own: TestDatabase
let world: AgentWorld
let agents: readonly RunningAgent[]
let browser: Browser

before(async () => {
  assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
  own = await testDatabase()
  world = await startAgentWorld({ env: { DATABASE_URL: databaseUrl(own.connection) } })
  agents = [await world.addAgent('IMPORT'), await world.addAgent('SYNC')]
  await world.until('the domain is read', async () => {
    const directory = await world.hub.directories.get(world.directoryId)
    return directory.lastReadAt !== undefined && directory.userCount > 0 && directory.health.light === 'green'
  })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await world?.[Symbol.asyncDispose]()
  await own?.drop()
})

const enter = (path: string): Promise<Visitor> =>
  enterAdmin(browser, { url: world.hubUrl, administrator: world.administrator }, path)

/** Two users whom the domain brought, each with a department. */
async function twoUsers(): Promise<readonly [UserDetail, UserDetail]> {
  const { items } = await world.hub.users.list({ directoryId: world.directoryId, state: 'ACTIVATED', limit: 200 })
  const found: UserDetail[] = []
  for (const { id, department } of items) {
    if (department === undefined || department === '') continue
    found.push(await world.hub.users.get(id))
    if (found.length === 2) break
  }
  const [first, second] = found
  assert.ok(first && second)
  return [first, second]
}

test('a wrong value in the database is found, shown beside the user, and put right', async () => {
  const [away, planted] = await twoUsers()
  await Promise.all(agents.map((agent) => agent.kill()))
  await world.admin.modify(away.accounts[0]?.externalName ?? '', [
    { operation: 'replace', attribute: 'title', values: ['While nobody looked'] },
  ])
  await own.database.execute({
    text: `update users set attributes = attributes || '{"department": "Wrong"}' where id = $1`,
    values: [planted.id],
  })
  for (const agent of agents) agent.restart()
  await world.until('the agents work again', async () => {
    const { health, pendingCount } = await world.hub.directories.get(world.directoryId)
    return health.light === 'green' && pendingCount === 0
  })

  await using visitor = await enter(`/directories/${world.directoryId}?tab=comparison`)
  const { page } = visitor
  await page.getByText('Not compared yet').waitFor()
  await assertAccessibleInBothThemes(page, 'a domain that was not compared')
  await page.getByRole('button', { name: 'Compare now' }).click()
  // Beside what was planted, three people whom the made-up company leaves incomplete on purpose.
  await page.getByText('4 differences', { exact: true }).waitFor(domainPatience)
  await page
    .getByRole('row', { name: /no last name/u })
    .getByText('Missing in the hub')
    .waitFor()
  await page.getByRole('combobox', { name: 'Filter by difference' }).click()
  await page.getByRole('option', { name: 'Field differs (1)' }).click()
  await page.getByRole('button', { name: 'Apply all 1 shown' }).waitFor()
  const row = page.getByRole('row', { name: new RegExp(planted.username, 'u') })
  await row.getByText('Department').waitFor()
  await row.getByText('Wrong', { exact: true }).waitFor()
  await row.getByText('The domain’s value is taken over', { exact: true }).waitFor()
  await assertAccessibleInBothThemes(page, 'a comparison with a difference')
  assert.equal(
    (await world.hub.users.get(away.id)).jobTitle,
    'While nobody looked',
    'what the domain changed came by itself',
  )
  assert.equal((await world.hub.users.get(planted.id)).department, 'Wrong', 'a comparison changes nothing')

  await using other = await enter(`/users/${planted.id}`)
  await other.page.getByRole('tab', { name: /^(Accounts|Directories)/u }).click()
  await other.page.getByText('“Wrong” in the hub', { exact: false }).waitFor()
  await assertAccessibleInBothThemes(other.page, 'the drift of a user')

  await page.getByRole('button', { name: 'Apply all 1 shown' }).click()
  await row.getByText('Applied', { exact: true }).waitFor(domainPatience)
  await other.page.getByText('No differences', { exact: true }).waitFor(domainPatience)
  await world.until(
    'the value is right again',
    async () => (await world.hub.users.get(planted.id)).department === planted.department,
  )
  await page.getByRole('button', { name: 'Compare now' }).click()
  await page.getByText('3 differences', { exact: true }).waitFor(domainPatience)
  assert.deepEqual([visitor.faults, other.faults], [[], []])
})

test('a domain that nobody reads says so instead of comparing what is old', async () => {
  await using visitor = await enter(`/directories/${world.directoryId}?tab=comparison`)
  const { page } = visitor
  const importer = (await world.agents()).find(({ kind }) => kind === 'IMPORT')
  await world.hub.directories.updateAgent(world.directoryId, importer?.id ?? '', { paused: true })
  await page.getByRole('button', { name: 'Compare now' }).click()
  await page.getByText('The domain cannot be read now', { exact: false }).first().waitFor()
  assert.deepEqual(visitor.faults, [])
})
