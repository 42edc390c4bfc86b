// Requests that a route accepts, made from its schemas and from objects that exist.
import type { Route } from '../../apps/server/src/platform/http/route.ts'
import { type Call, json } from './http-call.ts'
import type { Random } from './random.ts'
import { type SchemaFacts, valueOf } from './schema-values.ts'
import { newSshKey, type SeededObjects } from './seeded-objects.ts'

/** The parts of a request, before they become text. */
export interface RequestParts {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
}

export interface RequestOptions {
  readonly random: Random
  /** Undefined: nothing that exists is named. */
  readonly seeded?: SeededObjects
  readonly minimal?: boolean
}

const missingId = 'f'.repeat(24)
const nounOfSegment: Readonly<Record<string, keyof SeededObjects>> = {
  users: 'user',
  systemusers: 'user',
  groups: 'group',
  usergroups: 'group',
  directories: 'directory',
  activedirectories: 'directory',
  systems: 'system',
  systemgroups: 'systemGroup',
  applications: 'application',
  plans: 'plan',
  sshkeys: 'sshKey',
  'bulk-actions': 'bulkAction',
  'bulk-jobs': 'bulkJob',
  notices: 'notice',
  userstates: 'scheduledState',
  'scheduled-states': 'scheduledState',
  Users: 'user',
  Groups: 'group',
  'scim-integrations': 'integration',
  'scim-schemas': 'customSchema',
  'scim-resource-types': 'customType',
  administrators: 'administrator',
  reactivate: 'administrator',
  resettotp: 'administrator',
  organizations: 'organization',
  organizationlinks: 'organization',
  roles: 'role',
  'service-accounts': 'serviceAccount',
  'api-keys': 'apiKey',
  sessions: 'portalSession',
}
const nounsOfProperty: Readonly<Record<string, readonly (keyof SeededObjects)[]>> = {
  userId: ['user', 'otherUser'],
  systemUserId: ['user'],
  userGroupId: ['group'],
  administrator_id: ['administrator'],
  organization: ['organization'],
  role_id: ['role'],
  roleId: ['role'],
  customRoleId: ['role'],
  service_account_id: ['serviceAccount'],
  auth_config_id: ['credential'],
  credentialId: ['credential'],
  tokenId: ['integrationToken'],
  requestId: ['integrationRequest'],
  policy_id: ['passwordPolicy'],
  objectIds: ['passwordPolicy'],
  comparisonId: ['comparison'],
  user_id: ['user'],
  userid: ['user'],
  user_ids: ['user', 'otherUser'],
  object_ids: ['system'],
  users: ['user', 'otherUser'],
  job_id: ['bulkJob'],
  activedirectory_id: ['directory'],
  rule_id: ['translationRule'],
  objectId: ['translationRule', 'passwordPolicy'],
  deleteTranslationRuleObjectIds: ['translationRule'],
  userObjectId: ['user'],
  systemuser_id: ['user'],
  _id: ['user', 'otherUser'],
  ids: ['otherUser', 'user'],
  id: ['user', 'group', 'directory'],
  manager: ['user', 'otherUser'],
  cascadeManager: ['otherUser'],
  groupId: ['group'],
  group_id: ['group'],
  directoryId: ['directory'],
  agentId: ['unusedAgent'],
  agent_id: ['unusedAgent'],
  accountId: ['user'],
  connectKey: ['connectKey'],
}

/** What tolerant routes call optional and then require. */
const likely = new Set([
  'source',
  'destination',
  'direction',
  'username',
  'email',
  'name',
  'public_key',
  'password',
  'models',
  '_id',
  'domain',
  'op',
  'type',
  'targets',
  'user_ids',
  'agentType',
  'cascade_manager',
  'cascadeManager',
  'apiKeyConfig',
  'clientSecretConfig',
  'lifetime',
  // Directory Insights.
  'service',
  'start_time',
  'field',
  'interval_unit',
])
const targetKinds = ['user', 'user_group', 'active_directory', 'system', 'system_group', 'application'] as const

/** What the graph's routes take. */
function targetsAt(path: string): readonly string[] {
  if (path.includes('/members')) return path.includes('/systemgroups/') ? ['system'] : ['user']
  const isOfSubject = path.includes('/users/') || path.includes('/usergroups/')
  return isOfSubject ? ['active_directory', 'system', 'system_group', 'application'] : ['user', 'user_group']
}

/** Valid parts of a request to the route. */
export function partsOf(route: Route, options: RequestOptions): RequestParts {
  const { random, minimal = false, seeded } = options
  const of = (schema: unknown, suggest: (property: string) => string | number | undefined): unknown =>
    schema === undefined
      ? undefined
      : valueOf(schema as SchemaFacts, { random, suggest, minimal, ...(seeded === undefined ? {} : { likely }) })
  const suggest = (property: string): string | number | undefined => suggestion(property, route, options)
  return {
    params: (of(route.params, (name) => paramSuggestion(name, route.path, options)) ?? {}) as RequestParts['params'],
    query: (of(route.query, suggest) ?? {}) as RequestParts['query'],
    body: withMatchingId(of(route.body, suggest), options),
  }
}

const nounOfKind: Readonly<Record<string, keyof SeededObjects>> = {
  user: 'user',
  user_group: 'group',
  active_directory: 'directory',
  system: 'system',
  system_group: 'systemGroup',
  application: 'application',
}

/** A reference says what it refers to beside the id; at random the two would hardly ever agree. */
function withMatchingId(body: unknown, { seeded, random }: RequestOptions): unknown {
  if (typeof body !== 'object' || body === null || !('type' in body) || !('id' in body)) return body
  const noun = nounOfKind[String(body.type)]
  return seeded === undefined || noun === undefined || random.chance(0.2) ? body : { ...body, id: seeded[noun] }
}

function paramSuggestion(name: string, path: string, { seeded, random }: RequestOptions): string | undefined {
  if (name === '*') return undefined
  if (seeded === undefined || random.chance(0.1)) return missingId
  if (name === 'guid') return seeded.clash
  // JumpCloud calls administrators users, in its first version.
  const segments = path.replace('/api/users/:id', '/api/administrators/:id').split('/')
  const noun = name === 'id' ? nounOfSegment[segments[segments.indexOf(':id') - 1] ?? ''] : nounsOfProperty[name]?.[0]
  const found = noun === undefined ? undefined : seeded[noun]
  return typeof found === 'string' ? found : missingId
}

const changeSuggestions: Readonly<Record<string, string | number>> = {
  since: 'now',
  kind: 'group,membership,system',
  limit: 5,
  // Nothing is waited for that may not come.
  wait: 0,
}

/** What declarations are made of. */
function declaredSuggestion(
  property: string,
  { seeded, random }: { readonly seeded: SeededObjects | undefined; readonly random: Random },
): string | number | undefined {
  const number = random.below(2 ** 31)
  if (property === 'id') return `urn:example:fuzz-${number}:1.0`
  if (property === 'name' || property === 'endpoint') return `fuzz${number}`
  if (property === 'schema') return seeded?.customUrn
  // As many as there are.
  return property.startsWith('discard') ? 0 : undefined
}

const insightSuggestions: Readonly<Record<string, string>> = {
  service: 'all',
  start_time: '2020-01-01T00:00:00Z',
  field: 'event_type',
  interval_unit: 'w',
}

function suggestion(property: string, route: Route, { seeded, random }: RequestOptions): string | number | undefined {
  if (property === 'email') return `fuzz-${random.below(2 ** 31)}@example.com`
  if (property === 'username') return `fuzz-${random.below(2 ** 31)}`
  if (property === 'domain') return `d${random.below(2 ** 31)}.example`
  if (property === 'public_key') return newSshKey()
  if (property === 'password') return `Pass-${random.below(2 ** 31)}-word`
  if (property === 'direction') return 'EXPORT'
  if (property === 'sourceType' || property === 'source_type') return 'PATH'
  if (property === 'appliedOn' || property === 'applied_on') return 'CREATE'
  if (property === 'source') return 'costCenter'
  if (property === 'destination') return `attribute${random.below(2 ** 31)}`
  if (property === 'start_date' || property === 'due') return '2999-06-01T09:00:00Z'
  if (property === 'waitMs') return random.below(20)
  if (route.path === '/hub/v1/changes') return changeSuggestions[property]
  if (route.path.endsWith('/declared-values') && property === 'schema') return seeded?.customExtension
  if (/^\/hub\/v1\/scim-(schemas|resource-types)/.test(route.path))
    return declaredSuggestion(property, { seeded, random })
  if (route.path.startsWith('/insights/')) return insightSuggestions[property]
  if (route.path === '/hub/v1/groups/rule-values' && property === 'field') return 'department'
  if (seeded === undefined) return undefined
  if (property === 'targets' || (property === 'type' && route.path.startsWith('/api/v2')))
    return random.pick(random.chance(0.2) ? targetKinds : targetsAt(route.path))
  if (property === 'cascade_manager') return 'null'
  if (property === 'limit') return route.path.startsWith('/api') ? '5' : 5
  if (property === 'skip') return '1'
  if (property === 'epoch') return route.path.includes('import') ? seeded.importEpoch : seeded.syncEpoch
  const nouns = nounsOfProperty[property]
  if (nouns === undefined || random.chance(0.1)) return undefined
  const value = seeded[random.pick(nouns)]
  return typeof value === 'string' ? value : undefined
}

/** The address of a request. Values of the query that are lists stand there several times. */
export function addressOf(path: string, { params, query }: Pick<RequestParts, 'params' | 'query'>): string {
  const filled = path
    .replaceAll(/:(\w+)/g, (_, name: string) => encodeText(params[name]))
    // What stands for the rest of a path keeps its slashes.
    .replace('*', () => encodeText(params['*']).replaceAll('%2F', '/'))
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => `${encodeText(name)}=${encodeText(one)}`),
  )
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`
}

/** Percent-encoding as `encodeURIComponent` does, but of anything: halves of surrogate pairs become the replacement character. */
function encodeText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return encodeURIComponent(text.toWellFormed())
}

/** The request as it is sent. */
export function requestOf(route: Route, parts: RequestParts): Call {
  const path = addressOf(route.path, parts)
  return { method: route.method, path, ...(parts.body === undefined ? {} : json(parts.body)) }
}
