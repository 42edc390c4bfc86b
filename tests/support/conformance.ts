// Drives every operation that openapi/reference lists against a running hub, with valid and invalid requests, and says what differs.
import { documentedOperations } from '../../apps/server/src/gateways/jumpcloud/outside-operations.ts'
import {
  parseShape,
  readReference,
  type Reference,
  type ReferenceOperation,
  referenceVersions,
} from '../../scripts/reference.ts'
import { createRandom, type Random } from './random.ts'
import { shapeFaults, valueOfShape } from './reference-values.ts'

export interface WireAnswer {
  readonly status: number
  readonly text: string
}

/** Sends a request as an administrator who may do everything. */
export type Send = (method: string, path: string, body?: unknown) => Promise<WireAnswer>

export interface Conformance {
  readonly operations: number
  /** Operations of which at least one answer was a documented success, or the documented words of what the hub does not have. */
  readonly checked: number
  /** One line each: `METHOD PATH | what`. */
  readonly differences: readonly string[]
}

const validTries = 6
const invalidTries = 3
/** Statuses that any operation may answer, whether its description lists them or not. */
const commonRefusals = new Set([400, 401, 403, 404, 409, 412, 413, 415, 422, 429])

/** Walks through all operations of both versions. */
export async function runConformance(send: Send): Promise<Conformance> {
  const differences: string[] = []
  let checked = 0
  let operations = 0
  const answers = new Map(documentedOperations.map(([method, path, answer]) => [`${method} ${path}`, answer]))
  for (const version of referenceVersions) {
    const reference = readReference(version)
    const seeds = await seed(send)
    for (const [name, operation] of Object.entries(reference.operations)) {
      operations += 1
      const [method = ''] = name.split(' ')
      const driven = { send, name, operation, reference, random: createRandom(operations) }
      // What is done to an object may take it away, so the next operation gets objects of its own.
      const isOwn =
        answers.get(name) === 'unserved' ||
        /\/(?:systemusers|usergroups|systemgroups|users|activedirectories|applications|systems|bulk)/.test(name)
      const own = isOwn && method !== 'GET' ? await seed(send) : seeds
      const found = await drive({ ...driven, seeds: own })
      if (found.isChecked) checked += 1
      differences.push(...found.differences.map((one) => `${name} | ${one}`))
    }
  }
  return { operations, checked, differences }
}

/** Ids of existing objects by the noun of a path. */
type Seeds = Readonly<Record<string, string>>

let seeded = 0

async function seed(send: Send): Promise<Seeds> {
  seeded += 1
  const name = `conform-${process.pid}-${seeded}`
  const must = async (method: string, path: string, body: unknown): Promise<Readonly<Record<string, string>>> => {
    const answer = await send(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    const parsed = JSON.parse(answer.text) as
      | Readonly<Record<string, string>>
      | readonly Readonly<Record<string, string>>[]
    return (Array.isArray(parsed) ? parsed[0] : parsed) as Readonly<Record<string, string>>
  }
  const user = (await must('POST', '/api/systemusers', { username: name, email: `${name}@example.com` }))['id'] ?? ''
  const group = (await must('POST', '/api/v2/usergroups', { name }))['id'] ?? ''
  const systemGroup = (await must('POST', '/api/v2/systemgroups', { name }))['id'] ?? ''
  const system = (await must('POST', '/hub/v1/systems', { hostname: name }))['id'] ?? ''
  const directory = (await must('POST', '/api/v2/activedirectories', { domain: `${name}.example` }))['id'] ?? ''
  const agent = (await must('POST', `/api/v2/activedirectories/${directory}/agents`, { agentType: 'SYNC' }))['id'] ?? ''
  const application =
    (await must('POST', '/api/applications', { name, displayName: name, ssoUrl: 'https://a.example' }))['id'] ?? ''
  const job = (await must('POST', '/api/v2/bulk/user/unlocks', [{ id: user }]))['jobId'] ?? ''
  const date = '2999-01-01T00:00:00Z'
  const state = await must('POST', '/api/v2/bulk/userstates', {
    user_ids: [user],
    state: 'SUSPENDED',
    start_date: date,
  })
  return {
    user,
    group,
    systemGroup,
    system,
    directory,
    agent,
    application,
    job,
    scheduledState: state['scheduledJobId'] ?? '',
  }
}

const nounOfSegment: Readonly<Record<string, string>> = {
  systemusers: 'user',
  users: 'user',
  usergroups: 'group',
  systemgroups: 'systemGroup',
  systems: 'system',
  activedirectories: 'directory',
  agents: 'agent',
  applications: 'application',
  userstates: 'scheduledState',
}

interface Drive {
  readonly send: Send
  readonly name: string
  readonly operation: ReferenceOperation
  readonly reference: Reference
  readonly random: Random
  readonly seeds: Seeds
}

async function drive(drive: Drive): Promise<{ readonly isChecked: boolean; readonly differences: readonly string[] }> {
  const { send, name, operation } = drive
  const [method = '', template = ''] = name.split(' ')
  const differences = new Set<string>()
  let isChecked = false
  let last = ''
  for (let attempt = 0; attempt < validTries && !isChecked; attempt += 1) {
    const answer = await send(method, addressOf(template, drive), bodyOf(drive))
    last = `${answer.status}`
    if (answer.status < 300) {
      isChecked = true
      for (const fault of successFaults(answer, drive)) differences.add(fault)
    } else {
      for (const fault of refusalFaults(answer)) differences.add(fault)
      // What the hub does not have is refused every time.
      if (answer.status === 501) break
    }
  }
  if (!isChecked) differences.add(last === '501' ? 'not implemented' : `never succeeds, last ${last}`)
  if (operation.body !== undefined)
    for (let attempt = 0; attempt < invalidTries; attempt += 1) {
      const answer = await send(method, addressOf(template, drive), wrongBody(drive))
      if (answer.status >= 300) for (const fault of refusalFaults(answer)) differences.add(fault)
    }
  return { isChecked: isChecked || last === '501', differences: [...differences] }
}

function successFaults({ status, text }: WireAnswer, { operation, reference }: Drive): readonly string[] {
  const shape = operation.replies[String(status)]
  if (shape === undefined) {
    const documented = Object.keys(operation.replies).filter((one) => one.startsWith('2'))
    return [`answers ${status} instead of ${documented.join(' or ')}`]
  }
  if (parseShape(shape).kind === 'empty') return []
  if (parseShape(shape).kind === 'file') return []
  try {
    return shapeFaults(JSON.parse(text), shape, reference)
  } catch {
    return [`answers ${status} without JSON`]
  }
}

function refusalFaults({ status, text }: WireAnswer): readonly string[] {
  if (status === 304) return []
  if (!commonRefusals.has(status) && status !== 501) return [`answers ${status}`]
  try {
    const body = JSON.parse(text) as { readonly message?: unknown; readonly code?: unknown }
    if (typeof body.message === 'string' && body.message !== '' && body.code === status) return []
  } catch {
    // said below
  }
  return [`refuses with ${status} in other words than documented`]
}

function addressOf(template: string, { operation, seeds, random }: Drive): string {
  const segments = template.split('/')
  const path = segments
    .map((segment, index) => {
      if (!segment.startsWith('{')) return segment
      const before = segments[index - 1] ?? ''
      const noun = template.includes('/bulk/users/{job_id}') ? 'job' : nounOfSegment[before]
      return (noun === undefined ? undefined : seeds[noun]) ?? 'f'.repeat(24)
    })
    .join('/')
  const required = Object.keys(operation.query ?? {}).filter((key) => key.endsWith('!'))
  const query = required.map((key) => {
    const parameter = key.slice(0, -1)
    return `${parameter}=${encodeURIComponent(String(suggestion(parameter, template, { seeds, random }) ?? '1'))}`
  })
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function bodyOf({ operation, reference, random, seeds, name }: Drive): unknown {
  if (operation.body === undefined) return undefined
  const template = name.split(' ')[1] ?? ''
  return valueOfShape(operation.body, {
    reference,
    random,
    suggest: (property) => suggestion(property, template, { seeds, random }),
  })
}

const wrong = [null, 'text', 7, [], [[]], { op: 'dance', name: { a: 1 }, email: [], domain: {} }, [{ id: [] }]] as const

function wrongBody({ random }: Drive): unknown {
  return random.pick<unknown>(wrong)
}

const kindOfSubject: Readonly<Record<string, string>> = {
  user: 'user',
  user_group: 'group',
  system: 'system',
  system_group: 'systemGroup',
}

/** What may stand at the other end of an edge of the path's object. */
function targetAt(template: string): string {
  if (template.includes('/members')) return template.includes('/systemgroups/') ? 'system' : 'user'
  if (/\/(?:users|usergroups)\//.test(template)) return 'system_group'
  return template.includes('/systems/') || template.includes('/systemgroups/') ? 'user_group' : 'user'
}

function suggestion(
  property: string,
  template: string,
  { seeds, random }: { readonly seeds: Seeds; readonly random: Random },
): unknown {
  const unique = `${random.below(2 ** 31)}-${seeded}`
  switch (property) {
    case 'username':
      return `conform-u${unique}`
    case 'email':
      return `conform-${unique}@example.com`
    case 'name':
      return `conform ${unique}`
    case 'domain':
      return template.includes('activedirectories') ? `d${unique}.example` : undefined
    case 'password':
      return `Correct-horse-${unique}`
    case 'op':
      return 'add'
    case 'type':
    case 'targets':
      return template.startsWith('/api/v2') && !template.includes('{id}') ? targetAt(template) : undefined
    case 'id':
      return template.includes('/bulk/')
        ? seeds['user']
        : template.includes('associations') || template.includes('members')
          ? seeds[kindOfSubject[targetAt(template)] ?? '']
          : undefined
    case 'user_ids':
    case 'users':
    case 'systemUserId':
    case 'userObjectId':
      return seeds['user']
    case 'state':
      return 'SUSPENDED'
    case 'suspended':
    case 'manager':
    case 'public_key':
    case 'unix_uid':
    case 'unix_guid':
      return undefined
    default:
      return undefined
  }
}
