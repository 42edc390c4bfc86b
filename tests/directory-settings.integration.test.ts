// Settings of a directory in a real domain, with agents as programs of their own.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { changeMembers } from '@lockstep/ldap/change-members'
import { text } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { type AgentWorld, startAgentWorld } from './support/agent-world.ts'

const showDeleted = '1.2.840.113556.1.4.417'

describe('the settings of a directory in a real domain', () => {
  let world: AgentWorld

  const set = (input: DirectoryUpdate) => world.hub.directories.update(world.directoryId, input)
  const find = async (username: string): Promise<UserDetail | undefined> => {
    const { items } = await world.hub.users.list({ limit: 10, search: username })
    const row = items.find((each) => each.username === username)
    return row && world.hub.users.get(row.id)
  }
  const until = (username: string, fits: (user: UserDetail) => boolean): Promise<UserDetail> =>
    world.until(`${username} is as it should be`, async () => {
      const user = await find(username)
      return user !== undefined && fits(user) ? user : undefined
    })
  const add = async (
    name: string,
    place: string,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const dn = `CN=${name},${place}`
    await world.admin.add(dn, {
      ...{ objectClass: 'user', sAMAccountName: name, userAccountControl: '544', givenName: 'Neu', sn: 'Ling' },
      ...{ mail: `${name}@lockstep.example`, ...attributes },
    })
    await changeMembers(world.admin, world.domain.integrationGroupDn, { add: [dn], remove: [] })
    return dn
  }
  const valueOf = async (dn: string, attribute: string): Promise<string | undefined> => {
    const entry = await world.admin.read(dn, [attribute])
    return entry && text(entry, attribute)
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await startAgentWorld()
    await world.addAgent('IMPORT')
    await world.addAgent('SYNC')
    await world.until('somebody is imported', async () => (await world.hub.users.list({ limit: 1 })).total > 0)
  })

  after(async () => world[Symbol.asyncDispose]())

  test('attributes that are not wanted are not read, and come with a complete read when they are', async () => {
    await set({ behaviour: { excludedFields: ['jobTitle'] } })
    await add('settings1', world.domain.peopleDn, { title: 'Engineer', department: 'R&D' })
    const user = await until('settings1', ({ department }) => department === 'R&D')
    assert.equal(user.jobTitle, '')
    await set({ behaviour: { excludedFields: [] } })
    await until('settings1', ({ jobTitle }) => jobTitle === 'Engineer')
  })

  test('an account made anew in the domain under the same name is the same user’s', async () => {
    const dn = await add('settings2', world.domain.peopleDn)
    const { id } = await until('settings2', ({ state }) => state === 'ACTIVATED')
    await world.admin.remove(dn)
    await until('settings2', ({ state }) => state === 'SUSPENDED')
    await add('settings2', world.domain.peopleDn, { department: 'Again' })
    const again = await until('settings2', ({ state, department }) => state === 'ACTIVATED' && department === 'Again')
    assert.equal(again.id, id)
  })

  test('an account brought back from the deleted objects brings the same user back', async () => {
    const dn = await add('settings3', world.domain.peopleDn)
    const { id } = await until('settings3', ({ state }) => state === 'ACTIVATED')
    const guid = (await world.admin.read(dn, ['objectGUID']))?.attributes.get('objectguid')?.[0]
    assert.ok(guid)
    await world.admin.remove(dn)
    await until('settings3', ({ state }) => state === 'SUSPENDED')
    const hex = [...guid].map((byte) => byte.toString(16).padStart(2, '0'))
    const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((index) => hex[index]).join('')
    const guidText = order.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    // Without a recycle bin most attributes are lost with the deletion, and are set anew with the restoring.
    const { domain } = world
    const deletedDn = `CN=settings3\\0ADEL:${guidText},CN=Deleted Objects,${domain.baseDn}`
    const change = [
      `dn: ${deletedDn}`,
      'changetype: modify',
      ...['delete: isDeleted', '-'],
      ...['replace: distinguishedName', `distinguishedName: ${dn}`, '-', ''],
    ].join('\n')
    const bind = ['-x', '-D', domain.administrator.bindName, '-w', domain.administrator.password]
    await runCommand('ldapmodify', ['-H', domain.url, ...bind, '-e', `!${showDeleted}`], {
      input: change,
      environment: { LDAPTLS_CACERT: domain.caFile, LDAPTLS_REQCERT: 'allow' },
    })
    const given = { sAMAccountName: 'settings3', givenName: 'Neu', sn: 'Ling', mail: 'settings3@lockstep.example' }
    await world.admin.modify(dn, [
      ...Object.entries(given).map(([attribute, value]) => ({
        operation: 'replace' as const,
        attribute,
        values: [value],
      })),
      { operation: 'replace', attribute: 'userAccountControl', values: ['544'] },
    ])
    await changeMembers(world.admin, domain.integrationGroupDn, { add: [dn], remove: [] })
    const again = await until('settings3', ({ state }) => state === 'ACTIVATED')
    assert.equal(again.id, id)
  })

  test('a second root container brings its users, and a nested member of the group of administrators has sudo', async () => {
    const { domain, admin } = world
    const other = `OU=Branch,${domain.baseDn}`
    await admin.add(other, { objectClass: 'organizationalUnit' })
    const dn = await add('settings4', other)
    await world.until('the container was read', async () => {
      const { users } = await world.hub.directories.preview(world.directoryId, { furtherRootDns: [other] })
      return users.entering === 1
    })
    assert.equal(await find('settings4'), undefined)
    await set({ furtherRootDns: [other] })
    const user = await until('settings4', () => true)
    const hasSudo = async (): Promise<boolean> => {
      const headers = { 'x-api-key': world.apiKey }
      const reply = await fetch(`${world.hubUrl}/api/systemusers/${user.id}`, { headers })
      return ((await reply.json()) as { readonly sudo: boolean }).sudo
    }
    assert.equal(await hasSudo(), false)
    const [inner, admins] = [`CN=Inner,${domain.groupsDn}`, `CN=JumpCloud Admins,${domain.groupsDn}`]
    await admin.add(inner, { objectClass: 'group', sAMAccountName: 'Inner', groupType: '-2147483646', member: [dn] })
    const group = { objectClass: 'group', sAMAccountName: 'JumpCloud Admins', groupType: '-2147483646' }
    await admin.add(admins, { ...group, member: [inner] })
    await world.until('there is sudo', hasSudo)
    await changeMembers(admin, admins, { add: [], remove: [inner] })
    await world.until('there is no sudo', async () => !(await hasSudo()))
  })

  test('managed in the hub the fields are written to the domain; disconnected, everybody stays on both sides', async () => {
    const dn = await add('settings5', world.domain.peopleDn)
    const { id } = await until('settings5', ({ state }) => state === 'ACTIVATED')
    const { total } = await world.hub.users.list({ limit: 1 })
    await set({ useCase: 'JCASAUTHORITY', removeAgents: true })
    assert.deepEqual(
      (await world.agents()).map(({ kind }) => kind),
      ['SYNC'],
    )
    await world.hub.users.update(id, { firstname: 'Anna' })
    await world.until('the name is written', async () => (await valueOf(dn, 'givenName')) === 'Anna')
    await world.hub.directories.remove(world.directoryId)
    assert.equal((await world.hub.users.list({ limit: 1 })).total, total)
    assert.equal((await world.hub.users.get(id)).state, 'ACTIVATED')
    assert.equal(await valueOf(dn, 'userAccountControl'), '544')
  })
})
