// Random sequences of what clients do, against the running hub and against a plain model of the RFCs in memory: creations, replacements,
// operations, deletions, bulk requests, preconditions, reads and lists of three clients. After every step both have to say the same.
// LOCKSTEP_MODEL_RUNS makes it longer, LOCKSTEP_MODEL_SEED (1) makes it another one; fast-check shortens the sequence that fails.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import type { Answer } from '../../../../../tests/support/http-call.ts'
import { enterprise, type ScimClient, scimClient } from '../../../../../tests/support/scim-client.ts'
import { createModel, type Kind, type ModelClient } from '../../../../../tests/support/scim-model.ts'
import { type Condition, filterText, holds, valuesAt } from '../../../../../tests/support/scim-model-filter.ts'
import type { Element, Shape } from '../../../../../tests/support/scim-model-patch.ts'
import { idOf, type Planned, plan, type Sequence, tagOf } from '../../../../../tests/support/scim-model-requests.ts'
import { sequence, type Step } from '../../../../../tests/support/scim-model-steps.ts'

const runs = Number(process.env['LOCKSTEP_MODEL_RUNS'] ?? '200')
const seed = Number(process.env['LOCKSTEP_MODEL_SEED'] ?? '1')

interface Party extends ModelClient {
  readonly wire: ScimClient
  readonly showsGroups: boolean
}

let hub: HubInProcess
let parties: readonly Party[]
before(async () => {
  hub = await startHubInProcess({ background: false })
  const guard = 'off'
  parties = [
    { name: 'one', isJealous: false, showsGroups: false, wire: await scimClient(hub, { guard }) },
    { name: 'okta', isJealous: false, showsGroups: true, wire: await scimClient(hub, { guard, profile: 'okta' }) },
    {
      name: 'jealous',
      isJealous: true,
      showsGroups: false,
      wire: await scimClient(hub, { guard, othersMayChange: false }),
    },
  ]
})
after(() => hub.stop())

interface Run extends Sequence {
  readonly party: Party
}

/** A resource without what only the hub knows, which is looked at apart. */
function withoutMeta(body: Shape): Shape {
  const { meta, ...rest } = body
  const { created, lastModified, location, version } = meta as Record<string, string>
  assert.ok(created !== undefined && lastModified !== undefined && created <= lastModified)
  assert.ok(version?.startsWith('W/"') && location?.endsWith(`/${String(body['id'])}`))
  return rest
}

function assertRefused({ refused }: Planned, status: number, keyword: string | undefined, text: string): void {
  assert.deepEqual([status, keyword], [refused?.status, refused?.keyword], text)
}

async function change(
  { model, party, ...names }: Run,
  step: Extract<Step, { readonly change: unknown }>,
): Promise<void> {
  const planned = plan({ model, ...names }, party, step.change)
  const { method, kind, id, data, ifMatch } = planned
  const path = method === 'POST' ? `/${kind}` : `/${kind}/${id}`
  const answer = await party.wire.send(method, path, data, ifMatch === undefined ? {} : { 'if-match': ifMatch })
  const said = `${method} ${path} ${JSON.stringify(data)}: ${answer.status} ${answer.text}`
  if (planned.refused !== undefined) return assertRefused(planned, answer.status, answer.body.scimType, said)
  const isQuiet = kind === 'Groups' && method === 'PATCH' && !party.showsGroups
  const expected = method === 'POST' ? 201 : method === 'DELETE' || isQuiet ? 204 : 200
  assert.equal(answer.status, expected, said)
  if (method === 'DELETE') return
  const { etag, location } = answer.headers
  settle(model, planned, { id: String(location).split('/').at(-1) ?? '', version: etag }, said)
  if (answer.status === 204) return
  assert.equal(answer.body.meta.version, etag)
  assert.deepEqual(withoutMeta(answer.body), model.shown(party, answer.body.id), said)
}

/** The version is another one exactly when the resource is. */
function settle(
  model: Run['model'],
  { id, versionBefore, changes }: Planned,
  told: { readonly id: string; readonly version: string | undefined },
  said: string,
): void {
  model.settle(id, told)
  if (versionBefore !== undefined) assert.equal(told.version !== versionBefore, changes, said)
}

async function bulk({ party, ...names }: Run, step: Extract<Step, { readonly bulk: unknown }>): Promise<void> {
  const plans: Planned[] = []
  let errors = 0
  for (const one of step.bulk) {
    if (step.failOnErrors > 0 && errors >= step.failOnErrors) break
    const planned = plan(names, party, one)
    if (planned.refused !== undefined) errors += 1
    plans.push(planned)
  }
  const Operations = plans.map(({ method, kind, id, data, ifMatch }) => ({
    method,
    path: method === 'POST' ? `/${kind}` : `/${kind}/${id}`,
    ...(method === 'POST' ? { bulkId: id.replace('bulkId:', '') } : {}),
    ...(ifMatch === undefined ? {} : { version: ifMatch }),
    ...(data === undefined ? {} : { data }),
  }))
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const body = { schemas, failOnErrors: step.failOnErrors, Operations }
  const answer = await party.wire.send('POST', '/Bulk', body)
  const said = `${JSON.stringify(body)}: ${answer.text}`
  assert.deepEqual([answer.status, answer.body.Operations?.length], [200, plans.length], said)
  // What was told of the resources that a deleted user was named in may be older than the deletion.
  const mayBeOld = plans.some(({ method, refused }) => method === 'DELETE' && refused === undefined)
  for (const [index, planned] of plans.entries()) {
    const told = answer.body.Operations[index]
    if (planned.refused !== undefined) {
      assertRefused(planned, Number(told.status), told.response?.scimType, said)
      continue
    }
    assert.ok(Number(told.status) < 300, said)
    const id = String(told.location).split('/').at(-1) ?? ''
    if (planned.method === 'DELETE') continue
    settle(names.model, planned, { id, version: told.version }, said)
    if (mayBeOld) names.model.settle(id, { id, version: undefined })
  }
}

const shownParts = [
  '',
  'attributes=userName,displayName',
  'attributes=name.givenName,emails.value',
  'excludedAttributes=emails,members',
  `attributes=${enterprise}`,
  'excludedAttributes=id,roles',
]

/** What a part of a resource is: RFC 7644, section 3.9. */
function projected(resource: Shape, show: string): Shape {
  const [how = '', list = ''] = show.split('=')
  const names = list.split(',').filter(Boolean)
  if (how === '') return resource
  const always = { schemas: resource['schemas'], id: resource['id'] }
  if (how === 'excludedAttributes') {
    const kept = Object.entries(resource).filter(([name]) => !names.includes(name))
    return { ...Object.fromEntries(kept), ...always }
  }
  const shown: Record<string, unknown> = { ...always }
  for (const name of names) {
    const [head = '', sub] = name.startsWith('urn:') ? [name] : name.split('.')
    const value = resource[head]
    const part = (one: unknown): unknown =>
      sub === undefined ? one : Object.fromEntries(Object.entries(one as Shape).filter(([key]) => key === sub))
    const isEmpty = (one: unknown): boolean => typeof one === 'object' && Object.keys(one as Shape).length === 0
    if (value === undefined) continue
    const taken = Array.isArray(value) ? value.map(part).filter((one) => !isEmpty(one)) : part(value)
    if (!isEmpty(taken)) shown[head] = taken
  }
  return shown
}

async function read({ model, party, ...names }: Run, step: Extract<Step, { readonly read: unknown }>): Promise<void> {
  const id = idOf({ model, ...names }, step.kind, step.read)
  const tag = tagOf(step.known, model.version(id))
  const show = shownParts[step.show] ?? ''
  const path = `/${step.kind}/${id}?${show}`
  const answer = await party.wire.send('GET', path, undefined, tag === undefined ? {} : { 'if-none-match': tag })
  const isThere = model.present(step.kind).includes(id)
  const isKnown = tag !== undefined && tag !== 'W/"stale"'
  assert.equal(answer.status, isThere ? (isKnown ? 304 : 200) : 404, `${path} ${tag ?? ''}: ${answer.text}`)
  if (answer.status !== 200) return
  const { meta: _meta, ...body } = answer.body as Shape
  assert.deepEqual(body, projected(model.shown(party, id), show), path)
}

/** What a resource is sorted by; null when it has none. */
function sortValue(resource: Shape, sortBy: string): string | null {
  const [head = '', sub = 'value'] = sortBy.startsWith('urn:') ? [sortBy] : sortBy.split('.')
  const whole = resource[head]
  // The address that the hub knows a user by is one of those that there are.
  const list = head === 'emails' ? (whole as Element[] | undefined)?.filter((one) => one['value'] !== undefined) : whole
  const isWork = (one: Element): boolean => head === 'emails' && one['type'] === 'work'
  const value = Array.isArray(list)
    ? ((list as Element[]).find((one) => one['primary'] === true) ?? (list as Element[]).find(isWork) ?? list[0])?.[sub]
    : valuesAt(resource, sortBy)[0]
  if (typeof value !== 'string') return null
  return sortBy === 'externalId' ? value : value.toLowerCase()
}

function ordered(resources: readonly Shape[], sortBy: string, isDescending: boolean): readonly Shape[] {
  if (sortBy === '') return resources
  const compare = (a: Shape, b: Shape): number => {
    const [left, right] = [sortValue(a, sortBy), sortValue(b, sortBy)]
    if (left === right) return String(a['id']) < String(b['id']) ? -1 : 1
    if (left === null || right === null) return left === null ? 1 : -1
    return left < right ? -1 : 1
  }
  return resources.toSorted((a, b) => (isDescending ? -compare(a, b) : compare(a, b)))
}

type ListStep = Extract<Step, { readonly list: unknown }>

async function list(run: Run, step: ListStep): Promise<void> {
  const { model, party, prefix } = run
  const { list: kind, sortBy, descending } = step
  const scope: Condition = { path: kind === 'Users' ? 'userName' : 'displayName', operator: 'sw', value: prefix }
  const where: Condition = { all: [scope, step.where] }
  const found = model
    .present(kind)
    .map((id) => model.shown(party, id))
    .filter((resource) => holds(resource, where))
  const expected = ordered(found, sortBy, descending)
  const parameters = {
    filter: filterText(where),
    ...(sortBy === '' ? {} : { sortBy, sortOrder: descending ? 'descending' : 'ascending' }),
    count: step.count,
  }
  const said = JSON.stringify(parameters)
  if (step.startIndex === 0 && step.count > 0) return byCursor(run, step, { parameters, expected })
  const answer = await ask(run, step, { ...parameters, startIndex: step.startIndex })
  assert.equal(answer.status, 200, `${said}: ${answer.text}`)
  const start = Math.max(1, step.startIndex)
  const page = expected.slice(start - 1, start - 1 + Math.max(0, step.count))
  const { Resources, totalResults, startIndex, itemsPerPage } = answer.body
  assert.deepEqual(Resources.map(withoutMeta), page, said)
  assert.deepEqual([totalResults, startIndex, itemsPerPage], [expected.length, start, page.length], said)
}

function ask({ party }: Run, { list: kind, isSearch }: ListStep, parameters: object): Promise<Answer> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest']
  if (isSearch) return party.wire.send('POST', `/${kind}/.search`, { schemas, ...parameters })
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return party.wire.send('GET', `/${kind}?${query.toString()}`)
}

async function byCursor(
  run: Run,
  step: ListStep,
  { parameters, expected }: { readonly parameters: object; readonly expected: readonly Shape[] },
): Promise<void> {
  const seen: Shape[] = []
  let cursor: string | undefined = ''
  while (cursor !== undefined) {
    const { status, text, body }: Answer = await ask(run, step, { ...parameters, cursor })
    assert.equal(status, 200, text)
    seen.push(...body.Resources.map(withoutMeta))
    assert.equal(body.totalResults, expected.length)
    cursor = body.nextCursor
  }
  assert.deepEqual(seen, expected, JSON.stringify(parameters))
}

/** All that is there, as one client sees it. */
async function everything(run: Run): Promise<void> {
  for (const kind of ['Users', 'Groups'] as const satisfies readonly Kind[]) {
    const where = { path: 'id', operator: 'pr' } as const
    const whole = {
      client: 0,
      list: kind,
      where,
      sortBy: '',
      descending: false,
      startIndex: 1,
      count: 200,
      isSearch: false,
    }
    await list(run, whole)
  }
}

let sequences = 0
let steps = 0
let temporary = 0

test('what clients do in any order leads to what the RFCs say', async (context) => {
  await fc.assert(
    fc.asyncProperty(sequence, async (wanted) => {
      sequences += 1
      const names: Sequence = {
        model: createModel(),
        prefix: `m${sequences}x`,
        temporaryId: () => `bulkId:t${(temporary += 1)}`,
      }
      steps += wanted.length
      for (const step of wanted) {
        const run: Run = { ...names, party: parties[step.client] as Party }
        if ('change' in step) await change(run, step)
        else if ('bulk' in step) await bulk(run, step)
        else if ('read' in step) await read(run, step)
        else await list(run, step)
      }
      await everything({ ...names, party: parties[0] as Party })
    }),
    { numRuns: runs, seed },
  )
  context.diagnostic(`${steps} steps in ${sequences} sequences`)
})
