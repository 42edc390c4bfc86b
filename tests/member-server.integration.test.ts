// Sign-ins of a domain whose agent runs on a member server: the second half of the table in docs/sign-in.md, with a real domain and an agent that
// sees its domain controller at another machine's address.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { guidBase } from '@lockstep/ldap/guid'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { type AgentWorld, download, startAgentWorld } from './support/agent-world.ts'
import { databaseUrl } from './support/database-url.ts'
import { hostPackages, type MemberServer, startMemberServer } from './support/test-hosts.ts'

const inDomain = 'Chosen-in-the-domain-1'
const here = 'Chosen-in-the-hub-22'

describe('sign-ins of a domain whose agent runs on a member server', () => {
  let own: TestDatabase
  let world: AgentWorld
  let server: MemberServer
  let people: { readonly id: string; readonly username: string }[] = []

  before(async () => {
    assert.equal(await installPrerequisites([...directoryPackages, ...hostPackages], () => undefined), undefined)
    own = await testDatabase()
    world = await startAgentWorld({ env: { DATABASE_URL: databaseUrl(own.connection) } })
    const { folder, hub, hubUrl, domain, directoryId } = world
    const hubPort = Number(new URL(hubUrl).port)
    server = await startMemberServer({ folder, hubPort, controllerUrl: domain.url })
    await hub.directories.update(directoryId, {
      behaviour: { delegatedAuthority: 'directory', passwordAuthority: 'directory' },
    })
    await startAgent('IMPORT')
    await world.until('the people are imported', async () => (await hub.users.list({ limit: 1 })).total > 40)
    people = await peopleOfTheDomain()
    await world.until('the agent waits for sign-ins', async () =>
      (await world.agents()).some(({ validates }) => validates),
    )
  })
  after(async () => {
    await server?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
    await own?.drop()
  })

  const startAgent = async (kind: 'IMPORT' | 'SYNC'): Promise<void> => {
    const { folder, hub, hubUrl, domain, directoryId } = world
    const { connectKey } = await hub.directories.addAgent(directoryId, { kind })
    const script = join(folder, `${kind}.mjs`)
    await download({ hubUrl, connectKey, name: `${kind.toLowerCase()}-agent.mjs`, file: script })
    const config = join(folder, `${kind}.json`)
    const { dn, password } = kind === 'IMPORT' ? domain.importAccount : domain.syncAccount
    const options = {
      ...{ hub: hubUrl, ldap: server.ldapUrl, 'ldap-ca': domain.caFile, 'ldap-server-name': domain.servername },
      ...{ 'bind-dn': dn, config },
    }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    await server.run([script, 'enrol', ...args], {
      LOCKSTEP_AGENT_BIND_PASSWORD: password,
      LOCKSTEP_AGENT_CONNECT_KEY: connectKey,
      PATH: process.env['PATH'] ?? '',
    })
    server.start([script, 'run', '--config', config])
  }

  /** Four active people of the domain, whose password there is known. */
  const peopleOfTheDomain = async (): Promise<{ id: string; username: string }[]> => {
    const { items } = await world.hub.users.list({ limit: 30, sort: 'username' })
    const chosen = items.filter(({ state }) => state === 'ACTIVATED').slice(0, 4)
    for (const { id } of chosen) {
      const guid = (await world.hub.users.get(id)).accounts[0]?.externalId ?? assert.fail()
      const entry = (await world.admin.read(guidBase(guid), ['cn'])) ?? assert.fail()
      await world.admin.modify(entry.dn, [setPasswordChange(inDomain)])
    }
    return chosen
  }
  const call = (method: string, path: string, body: object): Promise<Response> =>
    fetch(`${world.hubUrl}${path}`, {
      ...{ method, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json', 'x-api-key': world.apiKey },
    })
  const signsIn = async (name: string, password: string): Promise<boolean> => {
    const response = await fetch(`${world.hubUrl}/portal/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    })
    assert.ok(response.status < 500, await response.clone().text())
    return response.ok && ((await response.json()) as { signedIn: boolean }).signedIn
  }
  const keeps = async (id: string): Promise<boolean> =>
    (await own.database.query({ text: 'select from user_passwords where user_id = $1', values: [id] })).length > 0
  const setHere = async (id: string): Promise<void> =>
    assert.equal((await call('PUT', `/api/systemusers/${id}`, { password: here })).status, 200)
  const toHub = async (id: string, action: 'password_authority' | 'delegated_authority'): Promise<void> => {
    const { id: started } = await world.hub.bulkActions.start({ action, authority: null, ids: [id] })
    await world.until('the authority is changed', async () => {
      const { state, failed } = await world.hub.bulkActions.get(started)
      assert.equal(failed, 0)
      return state === 'done'
    })
  }
  /** What the hub says of the user's sign-in. */
  const cellOf = async (id: string): Promise<unknown> => {
    const { validator, storedFrom, changedIn } = (await world.hub.users.get(id)).signIn
    return { validator, storedFrom, changedIn }
  }

  test('the agent finds out that its domain controller is another machine', async () => {
    assert.deepEqual(
      (await world.agents()).map(({ place }) => place),
      ['member_server'],
    )
  })

  test('delegated, with the password of the domain: the domain validates, and the hub keeps nothing', async () => {
    const { id, username } = people[0] ?? assert.fail()
    assert.deepEqual(await cellOf(id), { validator: 'directory', storedFrom: [], changedIn: 'directory' })
    assert.equal(await signsIn(username, inDomain), true)
    assert.equal(await signsIn(username, here), false)
    assert.equal(await keeps(id), false)
  })

  test('delegated, with the password of the hub: the domain validates, and the hub keeps what is set here alone', async () => {
    const { id, username } = people[1] ?? assert.fail()
    await toHub(id, 'password_authority')
    assert.deepEqual(await cellOf(id), { validator: 'directory', storedFrom: ['here'], changedIn: 'either' })
    assert.equal(await signsIn(username, inDomain), true)
    assert.equal(await keeps(id), false)
    await setHere(id)
    assert.equal(await keeps(id), true)
    // Nothing writes it to the domain here, and the hub's own hash is not asked.
    assert.equal(await signsIn(username, here), false)
    assert.equal(await signsIn(username, inDomain), true)
  })

  test('not delegated, with the password of the domain: nobody can say that it is right', async () => {
    const { id, username } = people[2] ?? assert.fail()
    await toHub(id, 'delegated_authority')
    assert.deepEqual(await cellOf(id), { validator: 'nobody', storedFrom: [], changedIn: 'directory' })
    assert.equal(await signsIn(username, inDomain), false)
    assert.equal(await keeps(id), false)
  })

  test('the hub alone: what is set here counts, and the password of the domain does not', async () => {
    const { id, username } = people[3] ?? assert.fail()
    await toHub(id, 'delegated_authority')
    await toHub(id, 'password_authority')
    assert.deepEqual(await cellOf(id), { validator: 'hub', storedFrom: ['here'], changedIn: 'hub' })
    assert.equal(await signsIn(username, inDomain), false)
    await setHere(id)
    assert.equal(await signsIn(username, here), true)
    assert.equal(await signsIn(username, inDomain), false)
  })

  test('what passes between hub and agents holds no password', async () => {
    const { id, username } = people[1] ?? assert.fail()
    const written = 'Written-to-the-domain-333'
    await startAgent('SYNC')
    assert.equal((await call('PUT', `/api/systemusers/${id}`, { password: written })).status, 200)
    await world.until('the domain has the password of the hub', () => signsIn(username, written))
    const traffic = server.hubTraffic()
    for (const path of ['/agents/v1/sign-in-checks', '/agents/v1/work']) assert.ok(traffic.includes(path), path)
    for (const password of [inDomain, here, written])
      for (const coding of ['utf8', 'utf16le'] as const) {
        const bytes = Buffer.from(password, coding)
        const forms = [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64'))]
        assert.ok(!forms.some((form) => traffic.includes(form)), `${password}, ${coding}`)
      }
  })
})
