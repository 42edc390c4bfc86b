// What the routes answer, as the OpenAPI documents describe it and the fuzzer checks it: by method and path in one table, so that routes
// that answer alike are described alike. A list with `fields` answers a part of its rows, so the properties of rows are optional.
import Type, { type TProperties, type TSchema } from 'typebox'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { initialApplication } from '../../directory/inventory/application-fields.rules.ts'
import { initialSystem } from '../../directory/inventory/system-fields.rules.ts'
import { type FieldType, fieldsOfHubAlone, storedFields } from '../../directory/users/user-fields.rules.ts'
import type { Route } from '../../platform/http/route.ts'
import { typedFields } from './user-body.ts'

const text = Type.String()
const flag = Type.Boolean()
const Null = Type.Null()
const orNull = <T extends TSchema>(schema: T): TSchema => Type.Union([schema, Null])
const open = { additionalProperties: Type.Unknown() } as const
const AnyObject = Type.Object({}, open)
const row = (properties: TProperties): TSchema => Type.Partial(Type.Object(properties), open)

const fieldSchemas: Readonly<Record<FieldType, TSchema>> = {
  text,
  nullable_text: orNull(text),
  id: orNull(text),
  boolean: flag,
  integer: Type.Integer(),
  texts: Type.Array(text),
  object: orNull(AnyObject),
  rows: Type.Array(AnyObject),
}

function fieldProperties(): TProperties {
  const { password: _password, ...columns } = typedFields
  const types: readonly [string, FieldType][] = [
    ...Object.entries(columns),
    ...Object.entries(storedFields)
      .filter(([name]) => !fieldsOfHubAlone.has(name))
      .map(([name, facts]): [string, FieldType] => [name, facts.type]),
  ]
  const properties = Object.fromEntries(types.map(([name, type]) => [name, fieldSchemas[type]]))
  return { ...properties, mfa: AnyObject, mfaEnrollment: AnyObject }
}

const User = row({ ...fieldProperties(), _id: text, id: text, organization: text, admin: Null, created: text })
const SshKey = row({ _id: text, name: text, public_key: text, create_date: text })
/** The schema of a value as it is for a new object; where that is nothing, it may become anything. */
function schemaOf(value: Json): TSchema {
  if (value === null) return Type.Unknown()
  if (Array.isArray(value)) return Type.Array(Type.Unknown())
  if (isJsonObject(value)) return row(propertiesOf(value))
  if (typeof value === 'number') return Number.isInteger(value) ? Type.Integer() : Type.Number()
  return typeof value === 'boolean' ? flag : text
}

function propertiesOf(values: JsonObject): TProperties {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, schemaOf(value)]))
}

const System = row({
  ...propertiesOf(initialSystem),
  _id: text,
  id: text,
  hostname: text,
  displayName: text,
  organization: text,
  created: text,
})
const Application = row({
  ...propertiesOf(initialApplication),
  _id: text,
  id: text,
  name: text,
  displayName: text,
  organization: text,
  created: text,
})

const listOf = (item: TSchema): TSchema => Type.Object({ totalCount: Type.Integer(), results: Type.Array(item) })

const GraphObject = Type.Object({ attributes: orNull(AnyObject), id: text, type: text })
const Connection = Type.Object({ attributes: orNull(AnyObject), to: GraphObject })
const WithPaths = row({
  id: text,
  type: text,
  compiledAttributes: orNull(AnyObject),
  paths: Type.Array(Type.Array(Connection)),
  externalId: text,
  syncStatus: AnyObject,
})
const Suggestion = Type.Object({ object: GraphObject, op: text })
const Applied = Type.Object({ suggestions_found: Type.Array(text), suggestions_not_found: Type.Array(text) })

const groupFields = {
  attributes: orNull(AnyObject),
  id: text,
  name: text,
  type: text,
  email: text,
  description: text,
  membershipMethod: text,
  memberQuery: orNull(AnyObject),
  memberSuggestionsNotify: flag,
  memberQueryExemptions: Type.Array(Type.Object({ id: text, organizationId: text, type: text })),
  memberQueryErrorFlags: Type.Array(text),
  organizationObjectId: text,
}
const UserGroup = row({
  ...groupFields,
  suggestionCounts: Type.Object({ add: Type.Integer(), remove: Type.Integer(), total: Type.Integer() }),
})
const SystemGroup = row(groupFields)
const AnyGroup = row({
  attributes: orNull(AnyObject),
  id: text,
  name: text,
  type: text,
  email: text,
  description: text,
  memberQueryErrorFlags: Type.Array(text),
  organizationObjectId: text,
})

const Domain = row({
  id: text,
  domain: text,
  useCase: text,
  groupsEnabled: flag,
  delegationState: text,
  primaryAgent: text,
  primaryImportAgent: text,
  permission: text,
  organizationId: text,
  updatedAt: text,
})
const agentFields = {
  id: text,
  state: text,
  contactAt: orNull(text),
  hostname: orNull(text),
  hostType: orNull(text),
  passwordUpdatedAt: orNull(text),
  source_ip: orNull(text),
  version: orNull(text),
}
const Agent = row({ ...agentFields, agentType: text, idSourceId: orNull(text) })
const NewAgent = row({ ...agentFields, connectKey: text })
const Directory = row({
  id: text,
  name: text,
  type: text,
  oAuthStatus: orNull(AnyObject),
  defaultDomain: orNull(AnyObject),
  organizationId: text,
})
const Bound = Type.Object({ _id: text, id: text, sudo: Type.Unknown() })
const BindingChange = Type.Object({ added: Type.Array(text), removed: Type.Array(text) })
const Done = text

const table: Readonly<Record<string, TSchema>> = {
  'GET /api/systemusers': listOf(User),
  'POST /api/systemusers': User,
  'GET /api/systemusers/:id': User,
  'PUT /api/systemusers/:id': User,
  'DELETE /api/systemusers/:id': User,
  'POST /api/search/systemusers': listOf(User),
  'GET /api/systemusers/:id/sshkeys': Type.Array(SshKey),
  'POST /api/systemusers/:id/sshkeys': SshKey,
  'DELETE /api/systemusers/:systemuser_id/sshkeys/:id': Done,
  'GET /api/systemusers/:id/totpinfo': Type.Object({ enrollmentDate: text }),
  'POST /api/systemusers/reactivate': Done,
  ...Object.fromEntries(
    ['activate', 'expire', 'mfa/enforce', 'mfasync', 'password', 'reactivate', 'resetmfa', 'suspend', 'unlock']
      .concat(['state/activate', 'state/suspend'])
      .map((action) => [`POST /api/systemusers/:id/${action}`, Done]),
  ),
  ...Object.fromEntries(
    ['systemusers/:id/systems', 'systems/:id/systemusers', 'systems/:id/users'].map((path) => [
      `GET /api/${path}`,
      listOf(Bound),
    ]),
  ),
  'PUT /api/systemusers/:id/systems': BindingChange,
  'PUT /api/systems/:id/systemusers': BindingChange,
  'GET /api/systems': listOf(System),
  'POST /api/search/systems': listOf(System),
  'GET /api/systems/:id': System,
  'PUT /api/systems/:id': System,
  'DELETE /api/systems/:id': System,
  'GET /api/applications': listOf(Application),
  'POST /api/applications': orNull(Application),
  'GET /api/applications/:id': Application,
  'PUT /api/applications/:id': Application,
  'DELETE /api/applications/:id': Application,
  'GET /api/v2/applications': Type.Array(Application),
  'GET /api/v2/applications/:id': Application,
  'GET /api/v2/usergroups': Type.Array(UserGroup),
  'GET /api/v2/systemgroups': Type.Array(SystemGroup),
  ...Object.fromEntries(
    [
      'POST /api/v2/usergroups',
      'GET /api/v2/usergroups/:id',
      'PUT /api/v2/usergroups/:id',
      'PATCH /api/v2/usergroups/:id',
    ].map((name) => [name, UserGroup]),
  ),
  ...Object.fromEntries(
    ['POST /api/v2/systemgroups', 'GET /api/v2/systemgroups/:id']
      .concat(['PUT /api/v2/systemgroups/:id', 'PATCH /api/v2/systemgroups/:id'])
      .map((name) => [name, SystemGroup]),
  ),
  'GET /api/v2/groups': Type.Array(AnyGroup),
  'GET /api/v2/activedirectories': Type.Array(Domain),
  'POST /api/v2/activedirectories': Domain,
  'GET /api/v2/activedirectories/:id': Domain,
  'PATCH /api/v2/activedirectories/:id': Domain,
  'DELETE /api/v2/activedirectories/:id': Domain,
  'GET /api/v2/activedirectories/:id/agents': Type.Array(Agent),
  'POST /api/v2/activedirectories/:id/agents': NewAgent,
  'GET /api/v2/activedirectories/:id/agents/:agent_id': Agent,
  'GET /api/v2/directories': Type.Array(Directory),
}

const ofGraph = /^\/api\/v2\/(?:users|usergroups|systems|systemgroups|activedirectories|applications)\/:\w+\/(\w+)$/

/** Lists of the graph are alike for every kind of object. */
function graphSchema({ method, path }: Route): TSchema | undefined {
  const list = ofGraph.exec(path)?.[1]
  if (list === undefined) return undefined
  if (list === 'suggestions') return method === 'GET' ? Type.Array(Suggestion) : Applied
  if (method !== 'GET') return undefined
  if (list === 'associations' || list === 'members') return Type.Array(Connection)
  return /^(?:policystatuses|softwareappstatuses|pushendpoints)$/.test(list)
    ? Type.Array(AnyObject)
    : Type.Array(WithPaths)
}

/** The route with the schema of its answer, unless it has one of its own. */
export function describedRoute(route: Route): Route {
  if (route.reply?.schema !== undefined || (route.reply?.status ?? 200) === 204) return route
  const schema = table[`${route.method} ${route.path}`] ?? graphSchema(route)
  return schema === undefined ? route : { ...route, reply: { status: route.reply?.status ?? 200, schema } }
}
