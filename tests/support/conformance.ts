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
import { filledPath, seedConformance, type Seeds, type Send, suggestion, type WireAnswer } from './conformance-seeds.ts'
import { shapeFaults, valueOfShape } from './reference-values.ts'

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
    const random = createRandom(operations + 1)
    const seeds = await seedConformance(send, random)
    for (const [name, operation] of Object.entries(reference.operations)) {
      operations += 1
      const [method = ''] = name.split(' ')
      const driven = { send, name, operation, reference, random }
      // What is done to an object may take it away, so the next operation gets objects of its own.
      const isOwn =
        answers.get(name) === 'unserved' ||
        /\/(?:systemusers|usergroups|systemgroups|users|activedirectories|applications|systems|bulk|roles|service-accounts|passwordpolicies|customemails|administrators|organizations)/.test(
          name,
        )
      const own = isOwn && method !== 'GET' ? await seedConformance(send, random) : seeds
      const found = await drive({ ...driven, seeds: own })
      if (found.isChecked) checked += 1
      differences.push(...found.differences.map((one) => `${name} | ${one}`))
    }
  }
  return { operations, checked, differences }
}

const answersOf = new Map(documentedOperations.map(([method, path, answer]) => [`${method} ${path}`, answer]))

/** True for what is of nothing that the hub has. */
function isAbsent(name: string): boolean {
  const answer = answersOf.get(name)
  return name.startsWith('GET ') ? answer === undefined || answer === 'missing' : answer === 'missing'
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
  if (!isChecked)
    differences.add(last === '501' ? 'not implemented' : isAbsent(name) ? 'not there' : `never succeeds, last ${last}`)
  if (operation.body !== undefined)
    for (let attempt = 0; attempt < invalidTries; attempt += 1) {
      const answer = await send(method, addressOf(template, drive), wrongBody(drive))
      if (answer.status >= 300) for (const fault of refusalFaults(answer)) differences.add(fault)
    }
  // A refusal in the documented words is what the hub has to say of what it does not have.
  const isKnownAbsence = last === '501' || (last === '404' && isAbsent(name))
  return { isChecked: isChecked || isKnownAbsence, differences: [...differences] }
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
  const required = Object.keys(operation.query ?? {}).filter((key) => key.endsWith('!'))
  const query = required.map((key) => {
    const parameter = key.slice(0, -1)
    const value = suggestion(parameter, { template, seeds, random })
    return `${parameter}=${encodeURIComponent(typeof value === 'string' ? value : '1')}`
  })
  const path = filledPath(template, seeds)
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function bodyOf({ operation, reference, random, seeds, name }: Drive): unknown {
  if (operation.body === undefined) return undefined
  const template = name.split(' ')[1] ?? ''
  return valueOfShape(operation.body, {
    reference,
    random,
    suggest: (property) => suggestion(property, { template, seeds, random }),
  })
}

const wrong = [null, 'text', 7, [], [[]], { op: 'dance', name: { a: 1 }, email: [], domain: {} }, [{ id: [] }]] as const

function wrongBody({ random }: Drive): unknown {
  return random.pick<unknown>(wrong)
}
