// A running hub and the client that is printed from the published descriptions: what a program written for JumpCloud sees. Every answer is
// held against the descriptions on the way.
import assert from 'node:assert/strict'
import { createCall, createJumpCloudClient, Refusal } from '../../openapi/jumpcloud-client.ts'
import { readReference, referenceParts } from '../../scripts/reference.ts'
import { type Hub, startHub } from '../hub.ts'
import { shapeFaults, unlistedFaults } from './reference-values.ts'

export type Client = ReturnType<typeof createJumpCloudClient>

export interface TypedWorld {
  readonly hub: Hub
  readonly client: Client
  /** As somebody else. */
  clientWith(apiKey: string): Client
  /** A system: agents enrol them, which nothing that is documented does. */
  makeSystem(hostname: string): Promise<string>
  /** How answers differed from the descriptions, in the lines of tests/expected/conformance.txt. */
  readonly differences: ReadonlySet<string>
  /** Operations that answered with a success. */
  readonly answered: ReadonlySet<string>
}

/** Starts a hub for typed clients. */
export async function startTypedWorld(): Promise<TypedWorld> {
  const hub = await startHub()
  const references = referenceParts.map(readReference)
  const differences = new Set<string>()
  const answered = new Set<string>()
  const connection = {
    url: hub.url,
    apiKey: hub.apiKey,
    answered: ({ operation, status, body }: { operation: string; status: number; body: unknown }): void => {
      if (status >= 300) return
      answered.add(operation)
      const reference = references.find(({ operations }) => operations[operation] !== undefined)
      const shape = reference?.operations[operation]?.replies[String(status)]
      if (reference === undefined || shape === undefined) differences.add(`${operation} | answers ${status}`)
      // A documented answer without a body says nothing of the word that version 1 puts there.
      else if (shape !== '')
        for (const fault of shapeFaults(body, shape, reference)) differences.add(`${operation} | ${fault}`)
    },
  }
  const call = createCall({ url: hub.url, apiKey: hub.apiKey })
  return {
    hub,
    client: createJumpCloudClient(connection),
    clientWith: (apiKey) => createJumpCloudClient({ ...connection, apiKey }),
    async makeSystem(hostname) {
      const { body } = await call<{ id: string }>({ method: 'POST', path: '/hub/v1/systems' }, { body: { hostname } })
      return body.id
    },
    differences,
    answered,
  }
}

/** The refusal that the call must meet: its status, its words, and the field at fault. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; message: string; field?: string }> {
  const caught: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(caught instanceof Refusal, 'the call is refused')
  const { message, field, code } = caught.body as { message: string; code: number; field?: string }
  assert.equal(code, caught.status)
  return { status: caught.status, message, ...(field === undefined ? {} : { field }) }
}

/** What must be there. */
export function present<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined)
  return value
}

/** Differences that tests/expected/conformance.txt does not have of any operation. */
export function unlistedDifferences({ differences }: TypedWorld): Promise<readonly string[]> {
  return unlistedFaults([...differences])
}

/** The rows of all pages. */
export async function everyOf<Row>(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}

/** Asks until it holds, for as long as the test may take. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}
