// The scripts in tests/curl make the requests that the published descriptions show as examples, with curl, against a running hub. Answers are
// held against the descriptions, and openapi/reference/examples.json says which examples there are.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { keyPlaces, readExamples, readReference, referenceParts } from '../scripts/reference.ts'
import { type Hub, startHub } from './hub.ts'
import { shapeFaults, unlistedFaults } from './support/reference-values.ts'

const run = promisify(execFile)
const folder = join(import.meta.dirname, 'curl')
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh') && name !== 'call.sh')
const references = referenceParts.map(readReference)

interface Call {
  readonly wanted: string
  readonly status: string
  readonly operation: string
  readonly body: string
  readonly reply: string
}

const made: Call[] = []
let hub: Hub
before(async () => {
  hub = await startHub()
})
after(() => hub.stop())

async function callsOf(script: string, apiKey: string): Promise<readonly Call[]> {
  const { stdout } = await run('sh', [join(folder, script)], {
    env: { PATH: process.env['PATH'] ?? '', LOCKSTEP_URL: hub.url, LOCKSTEP_API_KEY: apiKey },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [wanted = '', status = '', operation = '', body = '', reply = ''] = line.split('\t')
      return { wanted, status, operation, body, reply }
    })
}

/** How an answer differs from what is documented. */
function faultsOf({ status, operation, reply }: Call): readonly string[] {
  if (!status.startsWith('2')) return refusalFaults(reply, status)
  // Enrolling a system, or another method of an example, is not documented; its answer is looked at by its status alone.
  const reference = references.find(({ operations }) => operations[operation] !== undefined)
  if (reference === undefined) return []
  const shape = reference.operations[operation]?.replies[status]
  if (shape === undefined) return [`${operation} | answers ${status}`]
  // A documented answer without a body says nothing of the word that version 1 puts there.
  if (shape === '') return status === '204' && reply !== '' ? [`${operation} | answers 204 with a body`] : []
  return shapeFaults(JSON.parse(reply), shape, reference).map((fault) => `${operation} | ${fault}`)
}

function refusalFaults(reply: string, status: string): readonly string[] {
  const { message, code } = JSON.parse(reply) as { readonly message?: unknown; readonly code?: unknown }
  return typeof message === 'string' && message !== '' && code === Number(status) ? [] : [`refuses with ${reply}`]
}

for (const script of scripts)
  test(`${script} is answered as documented`, async () => {
    const calls = await callsOf(script, hub.apiKey)
    made.push(...calls)
    assert.deepEqual(
      calls.filter(({ wanted, status }) => wanted !== status),
      [],
    )
    assert.deepEqual(await unlistedFaults(calls.flatMap(faultsOf)), [])
  })

test('every documented example is among the calls', () => {
  const shapes = new Map<string, string[]>()
  for (const { operation, body } of made) {
    const name = comparable(operation)
    shapes.set(name, [...(shapes.get(name) ?? []), keyPlaces(body === '' ? undefined : JSON.parse(body))])
  }
  const absent = Object.entries(readExamples()).flatMap(([operation, examples]) => {
    const sent = [...(shapes.get(comparable(operation)) ?? [])]
    return examples.flatMap((example) => {
      // What only stands for a body is shown without keys; any body will do.
      const at = sent.findIndex((one) => one === example || example === '')
      return at < 0 ? [`${operation} | ${example}`] : (sent.splice(at, 1), [])
    })
  })
  assert.deepEqual(absent, [])
  const count = Object.values(readExamples()).flat().length
  assert.ok(made.length >= count && count > 390)
})

/** Parameters of paths have other names here and there. */
function comparable(operation: string): string {
  return operation.replaceAll(/\{[^}]+\}/g, '{}')
}

test('a script says when it has no key, and calls with an unknown one are refused', async () => {
  await assert.rejects(callsOf('users.sh', ''), /a key of an administrator/)
  const calls = await callsOf('outside-commands.sh', 'nobody')
  assert.deepEqual([...new Set(calls.map(({ status }) => status))], ['401'])
})
