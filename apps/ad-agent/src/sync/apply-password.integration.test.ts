// Passwords that come sealed with the work of accounts, on a real domain.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { WorkPassword } from '@lockstep/contract/agents/protocol'
import { createSealingKeys, type PasswordPurpose, sealPassword } from '@lockstep/contract/agents/sealed-password'
import { fileTimeToDate } from '@lockstep/ldap/file-time'
import { guidBase } from '@lockstep/ldap/guid'
import { bigInteger, integer } from '@lockstep/ldap/number'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { testSealing } from '../testing/agent-run.ts'
import { startSyncWorld, type SyncWorld } from '../../../../tests/sync-world.ts'

const userId = 'b'.repeat(24)
const since = new Date().toISOString()

describe('passwords for a Samba domain', () => {
  let world: SyncWorld

  const lastSetOf = async (id: string): Promise<bigint | undefined> => {
    const entry = await world.admin.read(guidBase(id), ['pwdLastSet'])
    return entry && bigInteger(entry, 'pwdLastSet')
  }
  const controlOf = async (id: string): Promise<number | undefined> => {
    const entry = await world.admin.read(guidBase(id), ['userAccountControl'])
    return entry && integer(entry, 'userAccountControl')
  }
  before(async () => {
    world = await startSyncWorld(80)
  })
  after(() => world[Symbol.asyncDispose]())

  const sealedFor = async (
    password: string,
    parts: Partial<PasswordPurpose> & { readonly publicKey?: string } = {},
  ): Promise<WorkPassword['sealed']> => {
    const { publicKey = testSealing.publicKey, ...rest } = parts
    const purpose = { use: 'set', domainId: 'domain', userId, objectGuid: '', revision: '1', ...rest } as const
    return sealPassword(publicKey, password, purpose)
  }
  const bound = async (name: string, password: string): Promise<string> =>
    verifyPassword(await world.optionsFor(`${name}@lockstep.example`, password))

  test('a new account gets the password that came for it, and one made before gets the next, with the time told', async () => {
    const name = world.newName()
    const password = { userId, revision: 1, madeSince: since, sealed: await sealedFor('First-horse-7') }
    const made = await world.performUser(world.userWork(name, { password }))
    assert.deepEqual([made.failure, made.password?.failure, made.created], [undefined, undefined, true])
    assert.equal(await bound(name, 'First-horse-7'), 'accepted')
    const objectGuid = made.guid ?? ''
    const sealed = await sealedFor('Second-horse-7', { objectGuid, revision: '2' })
    const { creatingSince: _, ...known } = world.userWork(name, { guid: objectGuid })
    for (let repetition = 0; repetition < 2; repetition += 1) {
      const next = await world.performUser({ ...known, password: { ...password, objectGuid, revision: 2, sealed } })
      assert.deepEqual([next.failure, next.written, next.password?.revision], [undefined, [], 2])
      const lastSet = fileTimeToDate((await lastSetOf(objectGuid)) ?? 0n)
      assert.equal(next.password?.lastSet, lastSet?.toISOString())
    }
    assert.deepEqual(
      [await bound(name, 'First-horse-7'), await bound(name, 'Second-horse-7')],
      ['wrong_password', 'accepted'],
    )
    assert.ok(!world.agent.lines.join('').includes('horse'))
  })

  test('a password that the domain refuses is told in words; a new account is completed all the same, and an old one keeps its own', async () => {
    const name = world.newName()
    const password = { userId, revision: 1, madeSince: since, sealed: await sealedFor('short') }
    const made = await world.performUser(world.userWork(name, { password }))
    assert.deepEqual([made.failure, made.enabled, made.password?.failure?.kind], [undefined, true, 'password_policy'])
    assert.match(made.password?.failure?.message ?? '', /password policy of the domain/)
    assert.equal(made.password?.failure?.retryable, false)
    assert.equal(await controlOf(made.guid ?? ''), 512)
    const right = { ...password, sealed: await sealedFor('Third-horse-7') }
    assert.equal(
      (await world.performUser(world.userWork(name, { guid: made.guid ?? '', password: right }))).password?.failure,
      undefined,
    )
    const again = await world.performUser(world.userWork(name, { guid: made.guid ?? '', password }))
    assert.equal(again.password?.failure?.kind, 'password_policy')
    assert.equal(await bound(name, 'Third-horse-7'), 'accepted')
  })

  test('what was sealed for another agent, user, domain, account or revision is refused, and nothing is set', async () => {
    const { name, guid: objectGuid } = await world.created()
    const other = await world.created()
    const password = { userId, revision: 3, madeSince: since, objectGuid }
    const foreign = {
      agent: await sealedFor('Fourth-horse-7', {
        objectGuid,
        revision: '3',
        publicKey: (await createSealingKeys()).publicKey,
      }),
      user: await sealedFor('Fourth-horse-7', { objectGuid, revision: '3', userId: 'e'.repeat(24) }),
      domain: await sealedFor('Fourth-horse-7', { objectGuid, revision: '3', domainId: 'elsewhere' }),
      account: await sealedFor('Fourth-horse-7', { objectGuid: other.guid, revision: '3' }),
      revision: await sealedFor('Fourth-horse-7', { objectGuid, revision: '2' }),
      use: await sealedFor('Fourth-horse-7', { objectGuid, revision: '3', use: 'prove' }),
    }
    const before = await lastSetOf(objectGuid)
    for (const [what, sealed] of Object.entries(foreign)) {
      const outcome = await world.performUser(
        world.userWork(name, { guid: objectGuid, password: { ...password, sealed } }),
      )
      assert.deepEqual([outcome.failure, outcome.password?.failure?.kind], [undefined, 'password_sealed'], what)
    }
    // One for an account to come is for none that was there before.
    const old = await world.findGuid(world.company.people[1]?.username ?? '')
    const coming = { userId, revision: 3, madeSince: new Date(Date.now() + 3_600_000).toISOString() }
    const sealed = await sealedFor('Fourth-horse-7', { revision: '3' })
    for (const id of [old, objectGuid]) {
      const outcome = await world.performUser(world.userWork('', { guid: id, password: { ...coming, sealed } }))
      assert.equal(outcome.password?.failure?.kind, 'password_sealed')
    }
    assert.equal(await lastSetOf(objectGuid), before)
  })

  test('a protected account gets no password, and says so', async () => {
    const objectGuid = await world.findGuid(world.company.people.find((person) => person.isProtected)?.username ?? '')
    const sealed = await sealedFor('Fifth-horse-7', { objectGuid })
    const password = { userId, revision: 1, madeSince: since, objectGuid, sealed }
    const outcome = await world.performUser(world.userWork('', { guid: objectGuid, enabled: 'keep', password }))
    assert.equal(outcome.password?.failure?.kind, 'protected_account')
  })
})
