// Objects of every kind in a running hub, so that random requests reach further than "not found".
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { newSigningKeys } from '../../apps/server/src/platform/crypto/signatures.ts'
import { json } from './http-call.ts'
import type { HubInProcess, Session } from './hub-in-process.ts'
import { type SigningAgent, signedCall } from './signed-call.ts'

/** Identifiers by the noun that they name. */
export interface SeededObjects {
  readonly user: string
  /** A public key of the user. */
  readonly sshKey: string
  readonly otherUser: string
  /** A session of the user in the portal of users, and its id; made anew with every set of objects. */
  readonly portal: Session
  readonly portalSession: string
  readonly group: string
  readonly directory: string
  readonly system: string
  readonly systemGroup: string
  readonly application: string
  readonly plan: string
  /** A suspension that has ended and can be undone. */
  readonly bulkAction: string
  /** A job that is worked on, or done by now. */
  readonly bulkJob: string
  readonly comparison: string
  /** A change of a user's state at a time far away. */
  readonly scheduledState: string
  /** A mail that was given up; nobody's where mails are not set up. */
  readonly notice: string
  /** A rule of the directory that an administrator made. */
  readonly translationRule: string
  /** The GUID of an object of the directory that clashes with a user, with what was decided on it. */
  readonly clash: string
  readonly administrator: string
  /** One that nobody holds. */
  readonly role: string
  readonly serviceAccount: string
  readonly credential: string
  /** The policy of the group. */
  readonly passwordPolicy: string
  readonly organization: string
  readonly apiKey: string
  /** A client that provisions, and a token of it. */
  readonly integration: string
  readonly integrationToken: string
  /** A creation that was refused and can be sent again. */
  readonly integrationRequest: string
  /** A declared schema that nothing uses, with its URN, the URN of one of users and groups, and a declared type of resources. */
  readonly customSchema: string
  readonly customUrn: string
  readonly customExtension: string
  readonly customType: string
  readonly importAgent: SigningAgent
  readonly syncAgent: SigningAgent
  /** The epochs of the leases that the two agents hold. */
  readonly importEpoch: number
  readonly syncEpoch: number
  /** A key of a third agent that nobody has used. */
  readonly connectKey: string
  readonly unusedAgent: string
}

const newText = (): string => randomBytes(6).toString('hex')

/** Makes one object of each kind, bound to each other. */
export async function seedObjects(hub: HubInProcess): Promise<SeededObjects> {
  const { must } = hub
  const name = newText()
  const makeUser = async (username: string): Promise<string> =>
    (
      await must('POST', '/hub/v1/users', {
        username,
        email: `${username}@example.com`,
        firstname: 'Zoë',
        state: 'ACTIVATED',
      })
    ).id
  const user = await makeUser(`u-${name}`)
  const otherUser = await makeUser(`v-${name}`)
  await must('PATCH', `/hub/v1/users/${otherUser}`, { manager: user })
  const key = { name: 'laptop', public_key: newSshKey() }
  // No request enrols anybody.
  await hub.database.execute({
    text: `update users set attributes = attributes || '{"totp_enabled": true}' where id = $1`,
    values: [user],
  })
  const sshKey = (await must('POST', `/api/systemusers/${user}/sshkeys`, key))._id
  const group = (await must('POST', '/hub/v1/groups', { name: `g-${name}` })).id
  await must('PUT', `/hub/v1/groups/${group}/members/${user}`)
  const system = (await must('POST', '/hub/v1/systems', { hostname: `s-${name}` })).id
  const systemGroup = (await must('POST', '/api/v2/systemgroups', { name: `sg-${name}` })).id
  const application = (await must('POST', '/api/applications', { name: `app-${name}`, ssoUrl: '', config: {} })).id
  await must('POST', `/api/v2/usergroups/${group}/associations`, { op: 'add', type: 'system_group', id: systemGroup })
  const directory = (await must('POST', '/hub/v1/directories', { domain: `${name}.example`, useCase: 'TWOWAYSYNC' })).id
  await must('PUT', `/hub/v1/groups/${group}/directories/${directory}`)
  await must('PUT', `/hub/v1/users/${user}/directories/${directory}`)
  const administrator = await makeAdministrator(hub, name)
  const administration = await seedAdministration(hub, name, group)
  const apiKey = (await must('POST', '/hub/v1/api-keys', { name })).apiKey.id
  const integration = (await must('POST', '/hub/v1/scim-integrations', { name })).id
  const integrationToken = (await must('POST', `/hub/v1/scim-integrations/${integration}/tokens`, {})).token.id
  const importAgent = await enrol(hub, directory, 'IMPORT')
  const syncAgent = await enrol(hub, directory, 'SYNC')
  const unused = await must('POST', `/hub/v1/directories/${directory}/agents`, { kind: 'SYNC' })
  const facts = { hostname: 'dc1', version: '1', directory: { reachable: true } }
  const importEpoch = await epochOf(hub, importAgent, '/agents/v1/import/lease', facts)
  const syncEpoch = await epochOf(hub, syncAgent, '/agents/v1/work', { ...facts, waitMs: 0, maxItems: 1 })
  const plan = await insertPlan(hub, directory, user)
  const bulkAction = await suspendTogether(hub, await makeUser(`w-${name}`))
  const bulkJob = (await must('POST', '/hub/v1/bulk-jobs', { kind: 'unlock', rows: [{ id: user }] })).id
  const [scheduled] = await must('POST', '/api/v2/bulk/userstates', {
    user_ids: [user],
    state: 'ACTIVATED',
    start_date: '2999-01-01T00:00:00Z',
  })
  const scheduledState = scheduled.scheduledJobId
  const rules = await must('POST', `/api/v2/activedirectories/${directory}/translation-rules`, {
    source: 'costCenter',
    destination: 'pager',
    direction: 'EXPORT',
  })
  const translationRule = rules.translation_rule.id
  const { connectKey } = unused
  return {
    ...(await openPortal(hub, user)),
    ...{
      user,
      sshKey,
      otherUser,
      group,
      directory,
      system,
      systemGroup,
      application,
      plan,
      bulkAction,
      bulkJob,
      comparison: await insertComparison(hub, directory, user),
      notice: await seedNotice(hub),
      scheduledState,
      translationRule,
      clash: await insertClash(hub, directory, user),
      administrator,
      ...administration,
      apiKey,
      integration,
      integrationToken,
      integrationRequest: await insertRequest(hub, integration),
      ...(await insertDeclarations(hub)),
      importAgent,
      syncAgent,
      importEpoch,
      syncEpoch,
    },
    connectKey,
    unusedAgent: unused.agent.id,
  }
}

/** An action that has ended and can be taken back, whether or not the hub works by itself. */
async function suspendTogether({ must, database }: HubInProcess, user: string): Promise<string> {
  const { id } = await must('POST', '/hub/v1/bulk-actions', { action: 'suspend', ids: [user] })
  await must('POST', `/hub/v1/bulk-actions/${id}/cancel`)
  await database.execute({
    // A row that a worker had in hand was not forgotten by the cancelling.
    text: `update bulk_job_rows set state = 'done', before_state = 'ACTIVATED', input = null
      where job_id = $1 and state = 'waiting'`,
    values: [id],
  })
  return id
}

/** A session of a user in their portal. Straight into the table: a password hash a call would cost more than all the rest. */
export async function openPortal(
  { database }: HubInProcess,
  userId: string,
): Promise<Pick<SeededObjects, 'portal' | 'portalSession'>> {
  const id = randomBytes(12).toString('hex')
  const token = `user_${randomBytes(32).toString('base64url')}`
  const csrfToken = `csrf_${randomBytes(32).toString('base64url')}`
  await database.execute({
    text: `insert into user_sessions (id, token_hash, user_id, csrf_token, awaits_second_factor, created, expires, last_seen,
        idle_seconds, source_ip, user_agent)
      values ($1, $2, $3, $4, false, now(), now() + interval '1 day', now(), 86400, '192.0.2.1', 'seed')`,
    values: [id, createHash('sha256').update(token).digest('hex'), userId, csrfToken],
  })
  return { portal: { cookie: `lockstep_portal=${token}`, csrfToken }, portalSession: id }
}

const notices = new WeakMap<HubInProcess, Promise<string>>()

/** One for all, because so many test mails would be too many. */
function seedNotice(hub: HubInProcess): Promise<string> {
  const known = notices.get(hub)
  if (known !== undefined) return known
  const made = hub
    .call({ method: 'POST', path: '/hub/v1/mail/test', ...json({}) })
    .then(({ status, body }) => (status === 202 ? String(body.id) : 'f'.repeat(24)))
  notices.set(hub, made)
  return made
}

/** A public key that nobody has. */
export function newSshKey(): string {
  const type = Buffer.from('ssh-ed25519')
  const blob = Buffer.concat([Buffer.from([0, 0, 0, 11]), type, Buffer.from([0, 0, 0, 32]), randomBytes(32)])
  return `ssh-ed25519 ${blob.toString('base64')} somebody`
}

async function seedAdministration(
  { must }: HubInProcess,
  name: string,
  group: string,
): Promise<Pick<SeededObjects, 'role' | 'serviceAccount' | 'credential' | 'passwordPolicy' | 'organization'>> {
  const { items } = await must('GET', '/hub/v1/roles')
  const role = (await must('POST', '/hub/v1/roles', { name: `r-${name}`, scopes: ['users.readonly'] })).id
  const account = await must('POST', '/hub/v1/service-accounts', { name: `sa-${name}`, roleId: items.at(4).id })
  const path = `/hub/v1/service-accounts/${account.id}/credentials`
  const policy = { groupIds: [group], policy: { name: `p-${name}` } }
  return {
    role,
    serviceAccount: account.id,
    credential: (await must('POST', path, { kind: 'client_secret' })).credential.id,
    passwordPolicy: (await must('POST', '/api/v2/passwordpolicies', policy)).objectId,
    organization: (await must('GET', '/hub/v1/settings')).id,
  }
}

/** Straight into the table: a password hash a call would cost more than all the rest. */
async function makeAdministrator({ database }: HubInProcess, name: string): Promise<string> {
  const id = randomBytes(12).toString('hex')
  await database.execute({
    text: `insert into administrators (id, email, name, role, password_hash, created, updated)
      values ($1, $2, $3, 'read_only', 'none', now(), now())`,
    values: [id, `${name}@admin.example`, name],
  })
  await database.execute({
    text: `insert into administrator_second_factors (administrator_id, secret_sealed, created, confirmed)
      values ($1, 'none', now(), now())`,
    values: [id],
  })
  return id
}

async function enrol(hub: HubInProcess, directory: string, kind: 'IMPORT' | 'SYNC'): Promise<SigningAgent> {
  const { connectKey } = await hub.must('POST', `/hub/v1/directories/${directory}/agents`, { kind })
  const { privateKey, publicKey } = newSigningKeys()
  const body = { connectKey, publicKey, kind, hostname: 'dc1', version: '1' }
  const { agentId } = await hub.must('POST', '/agents/v1/enrol', body)
  return { id: agentId, privateKey }
}

async function epochOf(hub: HubInProcess, agent: SigningAgent, path: string, body: object): Promise<number> {
  const answer = await hub.caller.call(signedCall(agent, { method: 'POST', path, ...json(body) }))
  if (answer.body?.role !== 'primary') throw new Error(`no lease: ${answer.status} ${answer.text}`)
  return answer.body.epoch
}

/** Plans are made by imports alone; this one is put there. */
async function insertClash({ must, database }: HubInProcess, directory: string, user: string): Promise<string> {
  const guid = randomUUID()
  await database.execute({
    text: `insert into ad_problems (domain_id, guid, code, name, detail, user_id, since)
      values ($1, $2, 'username_in_other_directory', 'somebody', 'Another has the name. Decide.', $3, now())`,
    values: [directory, guid, user],
  })
  await must('POST', `/hub/v1/directories/${directory}/problems/${guid}/resolution`, { action: 'ignore' })
  return guid
}

/** A comparison that has ended, because none comes about here without an agent that reads. */
async function insertComparison({ database }: HubInProcess, directory: string, user: string): Promise<string> {
  const id = randomBytes(12).toString('hex')
  await database.execute({
    text: `with made as (
        insert into ad_comparisons (id, domain_id, state, scheduled, requested_by, counts, kept, created, ended)
        values ($1, $2, 'done', false, 'seed', '{"field": 1}', 1, now(), now()) returning id
      )
      insert into ad_comparison_rows (comparison_id, position, kind, subject_kind, user_id, subject_name, field, action, takes_away)
      select id, 0, 'field', 'user', $3, 'seed', 'department', 'taken_over', false from made`,
    values: [id, directory, user],
  })
  return id
}

async function insertRequest({ database }: HubInProcess, integration: string): Promise<string> {
  const id = randomBytes(12).toString('hex')
  await database.execute({
    text: `insert into integration_requests (id, integration_id, at, method, path, status, outcome, words, request_body, duration_ms,
        correlation_id)
      values ($1, $2, now(), 'POST', '/Groups', 409, 'refused', 'Another group has this name.', $3, 1, 'seed')`,
    values: [id, integration, JSON.stringify({ displayName: `again-${id}` })],
  })
  return id
}

/** Straight into the tables, and in place of those before: there is an end to the number of declarations. */
async function insertDeclarations({
  database,
  must,
}: HubInProcess): Promise<Pick<SeededObjects, 'customSchema' | 'customUrn' | 'customExtension' | 'customType'>> {
  const newKey = (): string => randomBytes(12).toString('hex')
  const [customSchema, own, extension, customType] = [newKey(), newKey(), newKey(), newKey()]
  const urnOf = (id: string): string => `urn:example:seed-${id}:1.0`
  await database.execute({ text: 'delete from custom_resources' })
  await database.execute({ text: 'delete from custom_types' })
  await database.execute({ text: 'delete from custom_schemas' })
  const attribute = {
    // One of the names that generated objects have.
    ...{ name: 'mail', type: 'string', multiValued: false, description: '', required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
  }
  for (const id of [customSchema, own])
    await database.execute({
      text: `insert into custom_schemas (id, urn, name, description, extends, attributes, from_file, created, updated)
        values ($1, $2, 'seed', '', '{}', $3, false, now(), now())`,
      values: [id, urnOf(id), JSON.stringify([attribute])],
    })
  await database.execute({
    text: `insert into custom_types (id, name, endpoint, description, schema_urn, extensions, from_file, created, updated)
      values ($1, $2, $2, '', $3, '[]', false, now(), now())`,
    values: [customType, `Seed${customType}`, urnOf(own)],
  })
  // The last is declared as administrators do: the hub forgets what it knew of the declarations before.
  const wanted = { id: urnOf(extension), name: 'seed', attributes: [{ name: 'mail' }], extends: ['User', 'Group'] }
  await must('POST', '/hub/v1/scim-schemas', wanted)
  return { customSchema, customUrn: urnOf(customSchema), customExtension: urnOf(extension), customType }
}

async function insertPlan({ database }: HubInProcess, directory: string, user: string): Promise<string> {
  const id = randomBytes(12).toString('hex')
  await database.execute({
    text: `insert into plans (id, source_kind, source_id, source_name, state, reason, created, updated)
      values ($1, 'directory', $2, 'example', 'quarantined', 'Too many.', now(), now())`,
    values: [id, directory],
  })
  await database.execute({
    text: `insert into plan_items
        (id, plan_id, kind, subject_kind, subject_id, subject_name, reference, reason, state, created)
      values ($1, $2, 'suspend', 'user', $3, 'somebody', '{"key": "a"}', 'Left the group.', 'waiting', now())`,
    values: [randomBytes(12).toString('hex'), id, user],
  })
  return id
}
