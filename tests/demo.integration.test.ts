import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { pause } from '@lockstep/kernel/retry'
import { integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { text, texts } from '@lockstep/ldap/text'
import { companyScope } from '../dev/src/company/company-scope.ts'
import { demoCompany } from '../dev/src/demo/demo-company.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import {
  callHub,
  type DemoReport,
  findAccount,
  type HubAnswer,
  type RunningDemo,
  sambaTool,
  startDemo,
} from './demo.ts'
import { descendantsOf, stillRunning } from './processes.ts'

/** Far more than anything here takes; its only purpose is that a failure is told. */
const patienceMs = 60_000
const disabled = 0x2

async function eventually<T>(t: TestContext, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const began = performance.now()
  for (;;) {
    const found = await look()
    if (found !== undefined) {
      t.diagnostic(`${what}: ${Math.round(performance.now() - began)} ms`)
      return found
    }
    if (performance.now() - began > patienceMs) assert.fail(`not seen within ${patienceMs} ms: ${what}`)
    await pause(50)
  }
}

const isEnabled = (account: RawEntry): boolean =>
  ((integer(account, 'userAccountControl') ?? disabled) & disabled) === 0

describe('the demo', () => {
  let demo: RunningDemo
  let report: DemoReport
  let domainId = ''

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => {}), undefined)
    demo = await startDemo()
    report = await demo.report()
    domainId = (await callHub(report, 'GET', '/api/v2/activedirectories')).body[0].id
  })
  after(() => demo.stop())

  const makeUser = async (username: string): Promise<string> => {
    const body = { username, email: `${username}@northwind.example`, firstname: 'Ada', lastname: 'Byron' }
    const made = await callHub(report, 'POST', '/api/systemusers', body)
    assert.equal(made.status, 200)
    return made.body.id
  }
  const bind = async (type: 'user' | 'user_group', id: string): Promise<void> => {
    const path = `/api/v2/activedirectories/${domainId}/associations`
    assert.equal((await callHub(report, 'POST', path, { op: 'add', type, id })).status, 204)
  }
  const findUser = async (username: string): Promise<HubAnswer['body']> => {
    const { body } = await callHub(report, 'GET', `/api/systemusers?filter=username:$eq:${username}`)
    return body.results[0]
  }
  const userInState = async (username: string, state: string): Promise<HubAnswer['body']> => {
    const user = await findUser(username)
    return user?.state === state ? user : undefined
  }
  const accountOf = async (username: string): Promise<RawEntry | undefined> => {
    const account = await findAccount(report, username)
    return account && isEnabled(account) ? account : undefined
  }
  /** Only a complete account counts: it is made first and enabled last. */
  const assertIsAda = (account: RawEntry, username: string): void => {
    assert.deepEqual(
      ['givenName', 'sn', 'mail'].map((name) => text(account, name)),
      ['Ada', 'Byron', `${username}@northwind.example`],
    )
  }

  test('is ready with the whole company in the hub and its own people in the domain', async () => {
    assert.equal((await stat(demo.reportFile)).mode & 0o777, 0o600)
    const { body } = await callHub(report, 'GET', '/api/systemusers?limit=1')
    const expected = companyScope(demoCompany).usernames
    assert.ok(body.totalCount > expected.length)
    for (const username of [expected[0], expected.at(-1)]) assert.ok(await findUser(username ?? ''), username)
    assert.ok(await accountOf('nia.baptiste'))
    const [directory] = (await callHub(report, 'GET', '/hub/v1/directories')).body.items
    assert.deepEqual([directory.health.light, directory.pendingCount, directory.failedCount], ['green', 0, 0])
    assert.match(demo.output(), new RegExp(report.apiKey))
  })

  test('what the hub mails is shown on the page of the mails', async (t) => {
    await callHub(report, 'POST', '/hub/v1/mail/test', {})
    await eventually(t, 'the test mail on the page', async () => {
      const page = await (await fetch(report.mailUrl)).text()
      return page.includes('Test mail of Lockstep') ? page : undefined
    })
  })

  test('a user bound to the domain gets an enabled account with the names and the address', async (t) => {
    await bind('user', await makeUser('ada.bound'))
    assertIsAda(await eventually(t, 'bound user in the domain', () => accountOf('ada.bound')), 'ada.bound')
  })

  test('a member of a group bound to the domain gets an account in that group', async (t) => {
    const id = await makeUser('ada.grouped')
    const group = (await callHub(report, 'POST', '/api/v2/usergroups', { name: 'Engine Room' })).body.id
    const member = { op: 'add', type: 'user', id }
    assert.equal((await callHub(report, 'POST', `/api/v2/usergroups/${group}/members`, member)).status, 204)
    await bind('user_group', group)
    assertIsAda(
      await eventually(t, 'member of a bound group in the domain', () => accountOf('ada.grouped')),
      'ada.grouped',
    )
    await eventually(t, 'membership in the domain', async () => {
      const account = await accountOf('ada.grouped')
      return account && texts(account, 'memberOf').find((dn) => dn.startsWith('CN=Engine Room,'))
    })
  })

  test('a user of the domain who enters the integration group comes, is renamed, moved, disabled and enabled, and leaves', async (t) => {
    const names = ['--given-name=Grace', '--surname=Hopper', '--mail-address=grace.hopper@northwind.example']
    await sambaTool(
      report,
      'user',
      'create',
      'grace.hopper',
      '--random-password',
      '--userou=OU=People,OU=Lockstep',
      ...names,
    )
    await sambaTool(report, 'group', 'addmembers', 'Lockstep', 'grace.hopper')
    const { id, firstname } = await eventually(t, 'new user in the hub', () => findUser('grace.hopper'))
    assert.equal(firstname, 'Grace')

    await sambaTool(report, 'user', 'rename', 'grace.hopper', '--samaccountname=grace.murray', '--surname=Murray')
    const renamed = await eventually(t, 'renamed user in the hub', () => findUser('grace.murray'))
    assert.deepEqual([renamed.id, renamed.lastname], [id, 'Murray'])

    await sambaTool(report, 'ou', 'add', 'OU=Harbour,OU=Lockstep')
    await sambaTool(report, 'user', 'move', 'grace.murray', 'OU=Harbour,OU=Lockstep')
    await eventually(t, 'moved user in the hub', async () => {
      const user = await findUser('grace.murray')
      return user?.external_dn?.includes('OU=Harbour') ? user : undefined
    })
    const moved = await findUser('grace.murray')
    assert.deepEqual([moved.id, moved.state], [id, 'ACTIVATED'])

    await sambaTool(report, 'user', 'disable', 'grace.murray')
    await eventually(t, 'disabled user in the hub', () => userInState('grace.murray', 'SUSPENDED'))
    await sambaTool(report, 'user', 'enable', 'grace.murray')
    await eventually(t, 'enabled user in the hub', () => userInState('grace.murray', 'ACTIVATED'))

    await sambaTool(report, 'group', 'removemembers', 'Lockstep', 'grace.murray')
    const left = await eventually(t, 'user who left in the hub', () => userInState('grace.murray', 'SUSPENDED'))
    assert.equal(left.id, id)
  })

  test('programs that die are started again, say so, and go on', async (t) => {
    const { pids } = await demo.report()
    process.kill(pids.importAgent, 'SIGKILL')
    process.kill(pids.syncAgent, 'SIGKILL')
    process.kill(pids.hub, 'SIGKILL')
    await eventually(t, 'new process numbers', async () => {
      const now = (await demo.report()).pids
      const isNew = (['hub', 'importAgent', 'syncAgent'] as const).every(
        (name) => now[name] && now[name] !== pids[name],
      )
      return isNew ? now : undefined
    })
    for (const name of ['hub', 'import agent', 'sync agent']) {
      assert.match(demo.output(), new RegExp(`^The ${name} ended \\(SIGKILL\\) and is started again\\.$`, 'm'))
    }
    const isReady = async (): Promise<true | undefined> =>
      (await fetch(`${report.hub}/readyz`).catch(() => undefined))?.ok ? true : undefined
    await eventually(t, 'hub after it was killed', isReady)
    await bind('user', await makeUser('ada.again'))
    await eventually(t, 'bound user after all were killed', () => accountOf('ada.again'))
  })

  test('two run side by side, and one that is stopped leaves no process and no file', async (t) => {
    const second = await startDemo()
    try {
      const other = await second.report()
      assert.notEqual(other.hub, report.hub)
      assert.notEqual(other.ldapUrl, report.ldapUrl)
      const folder = dirname(dirname(dirname(other.ldapCaFile)))
      assert.ok((await stat(folder)).isDirectory())
      const processes = await descendantsOf(second.pid)
      for (const pid of Object.values(other.pids)) assert.ok(processes.some((each) => each.pid === pid))
      assert.equal(await second.stop(), 0)
      await eventually(t, 'end of every process', async () =>
        (await stillRunning(processes)).length === 0 ? true : undefined,
      )
      await assert.rejects(stat(folder), { code: 'ENOENT' })
    } finally {
      await second.stop()
    }
    assert.equal((await fetch(`${report.hub}/readyz`)).status, 200)
  })
})
