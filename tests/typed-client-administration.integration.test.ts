// A program with nothing but the printed client walks through what is around people and groups: directories, schedules, policies,
// administrators, programs, mails, and the record of what happened.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eachEvent, eachRow } from '../openapi/jumpcloud-client.ts'
import {
  type Client,
  everyOf,
  present,
  refusalOf,
  startTypedWorld,
  type TypedWorld,
  unlistedDifferences,
  until,
} from './support/typed-world.ts'

let world: TypedWorld
let client: Client
before(async () => {
  world = await startTypedWorld()
  client = world.client
})
after(() => world.hub.stop())

async function makeUser(username: string): Promise<string> {
  const { body } = await client.systemusersPost({ body: { username, email: `${username}@example.com` } })
  return present(body._id)
}

async function makeGroup(name: string): Promise<string> {
  return present((await client.groupsUserPost({ body: { name } })).body.id)
}

test('a directory is connected, gets agents, users and groups, and translation rules', async () => {
  const { body: directory } = await client.activedirectoriesPost({
    body: { domain: 'DC=corp;DC=example', useCase: 'TWOWAYSYNC' },
  })
  const activedirectory_id = present(directory.id)
  const path = { activedirectory_id }
  const { body: agent } = await client.activedirectoriesAgentsPost({ path, body: { agentType: 'SYNC' } })
  assert.notEqual(present(agent.connectKey), '')
  const { body: agents } = await client.activedirectoriesAgentsList({ path, query: { limit: 10, sort: ['id'] } })
  assert.deepEqual(
    agents.map(({ id, state, agentType }) => [id, state, agentType]),
    [[agent.id, 'unsealed', 'SYNC']],
  )
  const agentPath = { ...path, agent_id: agent.id }
  assert.equal((await client.activedirectoriesAgentsGet({ path: agentPath })).body.id, agent.id)
  await client.activedirectoriesAgentsDelete({ path: agentPath })
  assert.equal((await refusalOf(client.activedirectoriesAgentsGet({ path: agentPath }))).status, 404)

  const id = await makeUser('katherine')
  const group = await makeGroup('Orbits')
  for (const body of [
    { op: 'add', type: 'user', id },
    { op: 'add', type: 'user_group', id: group },
  ] as const)
    await client.graphActiveDirectoryAssociationsPost({ path, body })
  const { body: edges } = await client.graphActiveDirectoryAssociationsList({ path, query: { targets: ['user'] } })
  assert.equal(edges[0]?.to.id, id)
  const { body: users } = await client.graphActiveDirectoryTraverseUser({ path })
  const { body: groups } = await client.graphActiveDirectoryTraverseUserGroup({ path })
  const { body: domains } = await client.graphUserTraverseActiveDirectory({ path: { user_id: id } })
  assert.deepEqual([users[0]?.id, groups[0]?.id, domains[0]?.id], [id, group, activedirectory_id])
  const { body: directories } = await client.directoriesList({ query: { filter: ['type:eq:active_directory'] } })
  assert.equal(directories[0]?.id, activedirectory_id)
  await walkTranslationRules(activedirectory_id, id)
  assert.equal((await client.activedirectoriesDelete({ path: { id: activedirectory_id } })).body.id, activedirectory_id)
  assert.deepEqual((await client.activedirectoriesList()).body, [])
})

async function walkTranslationRules(activedirectory_id: string, userObjectId: string): Promise<void> {
  const path = { activedirectory_id }
  const rule = { source: 'costCenter', destination: 'extensionAttribute1', direction: 'EXPORT' } as const
  const { body: made } = await client.activedirectoriesTranslationRulesPost({ path, body: rule })
  const translation_rule_object_id = present(made.translation_rule?.id)
  const { body: listed } = await client.activedirectoriesTranslationRulesList({ path, query: { limit: 100 } })
  assert.equal(listed.totalCount, listed.rules?.length)
  await client.activedirectoriesTranslationRulesUpdate({
    path: { ...path, translation_rule_object_id },
    body: { destination: 'info' },
  })
  const { body: preview } = await client.activedirectoriesTranslationRulesPreview({
    body: { userObjectId, activeDirectoryId: activedirectory_id, translationRules: [rule] },
  })
  assert.ok(present(preview.destinationUser).length > 0)
  await client.activedirectoriesTranslationRulesBulk({
    path,
    body: { deleteTranslationRuleObjectIds: [translation_rule_object_id] },
  })
}

test('a suspension is scheduled, seen and called off', async () => {
  const id = await makeUser('valentina')
  const { body: made } = await client.bulkUserStatesCreate({
    body: { user_ids: [id], state: 'SUSPENDED', start_date: '2999-01-01T00:00:00Z' },
  })
  assert.deepEqual([made[0]?.systemUserId, made[0]?.state], [id, 'SUSPENDED'])
  const rows = eachRow((page) => client.bulkUserStatesList({ query: page }))
  assert.equal((await everyOf(rows)).length, 1)
  const { body: next } = await client.bulkUserStatesGetNextScheduled({ query: { users: [id] } })
  assert.deepEqual([next.events_count, next.results?.[0]?.systemUserId], [1, id])
  await client.bulkUserStatesDelete({ path: { id: present(made[0]?.scheduledJobId) } })
  assert.deepEqual((await client.bulkUserStatesList()).body, [])
})

test('a password policy decides for the members of its group', async () => {
  const id = await makeUser('annie')
  const group = await makeGroup('Stars')
  await client.graphUserGroupMembersPost({ path: { group_id: group }, body: { op: 'add', type: 'user', id } })
  const policy = { name: 'Long', enableMinLength: true, minLength: 20 }
  const { body: made } = await client.policyInsert({ body: { groupIds: [group], policy } })
  const objectId = present(made.objectId)
  assert.deepEqual([made.policy?.minLength, made.groups?.[0]?.groupId], [20, group])
  assert.equal((await client.policyGet({ path: { systemUserId: id } })).body.objectId, objectId)
  assert.equal((await client.policyGetByUserGroup({ path: { userGroupId: group } })).body.objectId, objectId)
  const short = await refusalOf(client.systemusersPut({ path: { id }, body: { password: 'Short-1' } }))
  assert.deepEqual([short.status, short.field], [400, 'password'])
  await client.policyUpdate({ path: { objectId }, body: { groupIds: [group], policy: { ...policy, minLength: 8 } } })
  await client.systemusersPut({ path: { id }, body: { password: 'Harvard-computer-8' } })
  await client.policyUpdatePolicyPrecedence({ body: [{ objectId, precedence: 1 }] })
  await client.policyDelete({ path: { objectId } })
  assert.equal((await refusalOf(client.policyGetByID({ path: { objectId } }))).status, 404)
})

test('a program gets a key that reads people and nothing more, until it is taken back', async () => {
  const { body: offered } = await client.scopegroupsList({ query: { limit: 100 } })
  assert.equal(offered.totalCount, offered.results.length)
  const { body: role } = await client.rolesCreate({ body: { name: 'Reader', scopes: ['users.readonly'] } })
  const { body: made } = await client.serviceAccountsCreateServiceAccount({
    body: {
      name: 'Reporting',
      roleId: present(role.id),
      authConfig: { authType: 'API_KEY', apiKeyConfig: { lifetime: '30 Days' } },
    },
  })
  const service_account_id = present(made.serviceAccount?.objectId)
  const key = present(made.serviceAccount?.authConfigList?.[0]?.apiKeyConfig)
  const program = world.clientWith(present(key.apiKey))
  assert.equal((await program.systemusersList()).status, 200)
  const write = program.systemusersPost({ body: { username: 'no', email: 'no@example.com' } })
  assert.equal((await refusalOf(write)).status, 403)
  assert.equal((await refusalOf(program.rolesCreate({ body: { name: 'More', scopes: ['users'] } }))).status, 403)
  const { body: more } = await client.serviceAccountsCreateServiceAccountAuthConfig({
    path: { service_account_id },
    body: { authConfig: { authType: 'CLIENT_SECRET', clientSecretConfig: { lifetime: '90 Days' } } },
  })
  assert.ok(present(more.authConfig?.clientSecretConfig?.clientSecret).length > 20)
  await client.serviceAccountsDeleteServiceAccountAuthConfig({
    path: { service_account_id, auth_config_id: present(key.objectId) },
  })
  assert.equal((await refusalOf(program.systemusersList())).status, 401)
  const { body: one } = await client.serviceAccountsGetServiceAccount({ path: { service_account_id } })
  assert.deepEqual([one.name, one.roleName], ['Reporting', 'Reader'])
  await client.serviceAccountsDeleteServiceAccount({ path: { service_account_id } })
  await client.rolesUpdate({ path: { role_id: present(role.id) }, body: { name: 'Readers', scopes: ['users'] } })
  await client.rolesDelete({ path: { role_id: present(role.id) } })
})

test('organization, administrators and mails are read and changed', async () => {
  const { body: organizations } = await client.organizationList()
  const id = present(organizations.results?.[0]?._id)
  const { body: changed } = await client.organizationPut({
    path: { id },
    body: { settings: { contactName: 'Ada', contactEmail: 'ada@example.com', systemUsersCanEdit: true } },
  })
  assert.deepEqual([changed.settings?.contactName, changed.settings?.systemUsersCanEdit], ['Ada', true])
  const { body: read } = await client.organizationsGet({ path: { id } })
  assert.equal(read.settings?.contactEmail, 'ada@example.com')
  const { body: links } = await client.administratorOrganizationsListByOrganization({ path: { id } })
  const administrator = present(links[0]?.administrator)
  const { body: renamed } = await client.usersPut({ path: { id: administrator }, body: { firstname: 'Root' } })
  assert.deepEqual([renamed._id, renamed.firstname], [administrator, 'Root'])
  const { body: own } = await client.administratorOrganizationsListByAdministrator({ path: { id: administrator } })
  assert.deepEqual(own, [{ administrator, organization: id }])

  const { body: templates } = await client.customEmailsGetTemplates()
  const type = 'password_expiration'
  assert.ok(templates.some((template) => template.type === type))
  await client.customEmailsCreate({ body: { type, subject: 'Soon' } })
  const path = { custom_email_type: type }
  await client.customEmailsUpdate({ path, body: { type, subject: 'Very soon' } })
  assert.equal((await client.customEmailsRead({ path })).body.subject, 'Very soon')
  await client.customEmailsDestroy({ path })
  assert.equal((await refusalOf(client.customEmailsRead({ path }))).status, 404)
})

test('insights tell what was just done, page by page, counted and grouped', async () => {
  const ids: string[] = []
  for (const name of ['mae', 'sally', 'kalpana']) ids.push(await makeUser(name))
  const range = { service: ['directory' as const], start_time: new Date(Date.now() - 86_400_000).toISOString() }
  const created = { ...range, search_term: { and: { event_type: 'user_create' } } }
  const events = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    everyOf(
      eachEvent((search_after) =>
        client.directoryInsightsEventsPost({
          body: { ...created, limit: 2, sort: 'ASC', ...(search_after === undefined ? {} : { search_after }) },
        }),
      ),
    )
  const subjects = (rows: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] =>
    rows.map((row) => (row['resource'] as { readonly id?: unknown } | undefined)?.id)
  await until(async () => subjects(await events()).includes(ids.at(-1)))
  const told = subjects(await events())
  assert.deepEqual(
    told.filter((id) => ids.includes(String(id))),
    ids,
  )
  assert.equal(new Set(told).size, told.length)
  const { body: counted } = await client.directoryInsightsEventsCountPost({ body: created })
  assert.equal(counted.count, told.length)
  const { body: distinct } = await client.directoryInsightsEventsDistinctPost({
    body: { ...range, field: 'event_type' },
  })
  assert.equal(distinct.buckets?.find(({ key }) => key === 'user_create')?.doc_count, told.length)
  const interval = { ...created, interval_unit: 'd', interval_value: '1' } as const
  const { body: byDay } = await client.directoryInsightsEventsIntervalPost({ body: interval })
  assert.equal(
    byDay.buckets?.reduce((sum, { doc_count = 0 }) => sum + doc_count, 0),
    told.length,
  )
})

test('nothing that was answered differs from the descriptions, apart from what is listed', async () => {
  assert.ok(world.answered.size > 50, [...world.answered].join('\n'))
  assert.deepEqual(await unlistedDifferences(world), [])
})
