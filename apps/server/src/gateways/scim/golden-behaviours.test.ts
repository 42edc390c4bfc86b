// Which listed behaviours of real clients the conversations show, counted from their headings: one that is dropped is missed here.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTranscript } from '../../../../../tests/support/wire-transcript.ts'

/** How many behaviours of Entra ID, Okta, Google, OneLogin and JumpCloud are listed. */
const parts = { Q: 39, K: 15, G: 3, O: 3, J: 7 } as const

/** What is no exchange of a request and an answer, and why. */
const noExchange: Readonly<Record<string, string>> = {
  Q7: 'how often Entra comes, and when it gives up',
  Q27: 'how many requests a second it sends, which the benchmarks measure',
  Q29: 'TLS, which is spoken in front of the hub or by its own listener',
  K11: 'what Okta never asks for',
  J6: 'what JumpCloud writes into its own log',
}

test('every listed behaviour of a client is shown by a conversation, but for those that are none', async (context) => {
  const folder = join(import.meta.dirname, '..', '..', '..', '..', '..', 'tests', 'expected', 'wire')
  const names = readdirSync(folder).map((name) => name.replace(/\.http$/, ''))
  const transcripts = await Promise.all(names.map(readTranscript))
  const exchanges = transcripts.flatMap((transcript) => transcript.exchanges)
  const all = Object.entries(parts).flatMap(([part, count]) =>
    Array.from({ length: count }, (_, index) => `${part}${index + 1}`),
  )
  const shown = new Set(exchanges.flatMap(({ shows }) => shows))
  context.diagnostic(`${shown.size} of ${all.length} behaviours are shown by ${exchanges.length} exchanges`)
  assert.deepEqual(
    all.filter((number) => !shown.has(number)),
    Object.keys(noExchange),
  )
  assert.deepEqual(
    exchanges.filter(({ shows }) => shows.length === 0 || shows.some((number) => !all.includes(number))),
    [],
  )
})
