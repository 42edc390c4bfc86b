// Translation rules that write further attributes of accounts, in a real domain: from a field, a custom attribute and a constant, at a change
// of the source, when it is removed, and when somebody changes the attribute there.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { text } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type ConnectedDomain, type ConnectedHub, connectDomains } from './support/connected-domains.ts'
import { type Answer, createCaller } from './support/http-call.ts'

const rules = [
  { source: 'costCenter', destination: 'division' },
  { source: 'customAttributes.badge', destination: 'pager' },
  { sourceType: 'CONSTANT', source: 'Kept by Lockstep', destination: 'info' },
]

describe('attributes that rules write to a domain', () => {
  let world: ConnectedHub
  let domain: ConnectedDomain
  let userId: string

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await connectDomains(['RULES.EXAMPLE'])
    domain = world.domains[0] as ConnectedDomain
  })
  after(() => world[Symbol.asyncDispose]())

  async function call(method: string, path: string, body: object): Promise<Answer> {
    const caller = createCaller(world.server.port)
    try {
      const headers = { 'x-api-key': world.server.apiKey, 'content-type': 'application/json' }
      const answer = await caller.call({ method, path, headers, body: JSON.stringify(body) })
      assert.ok(answer.status < 300, answer.text)
      return answer
    } finally {
      caller.close()
    }
  }

  /** Waits until the account has these values of what the rules write; an empty text is none. */
  const becomes = (division: string, pager: string, info: string): Promise<boolean> =>
    world.until(`the account has ${JSON.stringify([division, pager, info])}`, async () => {
      const entry = await domain.find('ruth', ['division', 'pager', 'info'])
      if (entry === undefined) return false
      const found = ['division', 'pager', 'info'].map((name) => text(entry, name) ?? '')
      return found.join('|') === [division, pager, info].join('|')
    })

  const setBadge = (attributes: readonly { readonly name: string; readonly value: string }[]): Promise<Answer> =>
    call('PUT', `/api/systemusers/${userId}`, { attributes })

  test('a new account has them, a change of the source follows, and a removed value is removed', async () => {
    for (const rule of rules)
      await call('POST', `/api/v2/activedirectories/${domain.directoryId}/translation-rules`, rule)
    const names = { username: 'ruth', email: 'ruth@hub.example', firstname: 'Ruth', lastname: 'Rule' }
    const { id } = await world.hub.users.create({ ...names, costCenter: 'North' })
    userId = id
    await setBadge([{ name: 'badge', value: '7' }])
    await world.hub.users.bind(id, domain.directoryId)
    await becomes('North', '7', 'Kept by Lockstep')
    await world.hub.users.update(id, { costCenter: 'South' })
    await becomes('South', '7', 'Kept by Lockstep')
    await setBadge([{ name: 'badge', value: '8' }])
    await becomes('South', '8', 'Kept by Lockstep')
    await setBadge([])
    await world.hub.users.update(id, { costCenter: '' })
    await becomes('', '', 'Kept by Lockstep')
  })

  test('what somebody changes there is written again, and while it cannot be, the comparison names it with both values', async () => {
    await world.hub.users.update(userId, { costCenter: 'West' })
    await becomes('West', '', 'Kept by Lockstep')
    const { dn = '' } = (await domain.find('ruth', ['cn'])) ?? {}
    const [, sync] = (await world.hub.directories.get(domain.directoryId)).agents
    assert.equal(sync?.kind, 'SYNC')
    await world.hub.directories.updateAgent(domain.directoryId, sync?.id ?? '', { paused: true })
    await (await domain.admin()).modify(dn, [{ operation: 'replace', attribute: 'division', values: ['Elsewhere'] }])
    const { id } = await world.hub.directories.compare(domain.directoryId)
    await world.until('the comparison', async () => {
      return (await world.hub.directories.comparison(domain.directoryId, id)).state === 'done'
    })
    const { items } = await world.hub.directories.differences(
      { id: domain.directoryId, comparisonId: id },
      { kind: 'field' },
    )
    assert.deepEqual(
      items.map(({ subjectName, field, hubValue, domainValue, authority, action }) => [
        ...[subjectName, field, hubValue, domainValue, authority, action],
      ]),
      [['ruth', 'division', 'West', 'Elsewhere', 'hub', 'written']],
    )
    const drift = await world.hub.users.drift(userId)
    assert.ok(
      drift.items[0]?.differences.some(({ field, domainValue }) => field === 'division' && domainValue === 'Elsewhere'),
    )
    await world.hub.directories.updateAgent(domain.directoryId, sync?.id ?? '', { paused: false })
    await becomes('West', '', 'Kept by Lockstep')
  })
})
