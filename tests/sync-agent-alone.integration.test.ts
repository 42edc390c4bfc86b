// A domain that the hub alone manages, with a sync agent and nobody who reads: what is lost there is noticed by a comparison all the same.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UserAccount } from '@lockstep/contract/hub/user'
import { guid } from '@lockstep/ldap/guid'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type AgentWorld, startAgentWorld } from './support/agent-world.ts'

describe('a domain that nobody reads', () => {
  let world: AgentWorld
  const ids = new Map<string, string>()

  const accountOf = async (username: string): Promise<UserAccount | undefined> =>
    (await world.hub.users.get(ids.get(username) ?? '')).accounts[0]
  /** The GUIDs of all objects whose name begins so. */
  const objectsOf = async (username: string): Promise<readonly string[]> => {
    const found: string[] = []
    const query = { base: world.domain.baseDn, scope: 'subtree', attributes: ['objectGUID'] } as const
    for await (const page of world.admin.search({ ...query, filter: `(sAMAccountName=${username}*)` }))
      for (const entry of page) found.push(guid(entry) ?? '')
    return found
  }
  const connected = async (username: string): Promise<void> => {
    const names = { firstname: 'Given', lastname: 'Hubson' }
    const { id } = await world.hub.users.create({ username, email: `${username}@hub.example`, ...names })
    ids.set(username, id)
    await world.hub.users.bind(id, world.directoryId)
    await world.until(`${username} has an account`, async () => (await accountOf(username))?.inStep === true)
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await startAgentWorld()
    await world.hub.directories.update(world.directoryId, { useCase: 'JCASAUTHORITY' })
    await world.addAgent('SYNC')
  })
  after(() => world[Symbol.asyncDispose]())

  test('an account that was deleted there is told by a comparison, and made anew by itself, once', async () => {
    for (const username of ['keeper', 'moss']) await connected(username)
    const [kept, lost] = [await accountOf('keeper'), await accountOf('moss')]
    await world.domain.sambaTool(['user', 'delete', 'moss'])
    assert.deepEqual(await objectsOf('moss'), [])
    const comparison = await world.hub.directories.compare(world.directoryId)
    await world.until('the account is there again', async () => {
      const account = await accountOf('moss')
      return account?.inStep === true && account.externalId !== lost?.externalId
    })
    const anew = await accountOf('moss')
    assert.deepEqual(await objectsOf('moss'), [anew?.externalId])
    assert.deepEqual(await objectsOf('keeper'), [kept?.externalId])
    await world.until('the comparison is done', async () => {
      return (await world.hub.directories.comparison(world.directoryId, comparison.id)).state === 'done'
    })
  })
})
