import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type HubInProcess, signIn, startHubInProcess } from '../../../tests/support/hub-in-process.ts'
import { runCommandLine } from './command-line.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

/** Runs a command in this process; what it printed and complained about. */
async function lockstep(...words: string[]) {
  const { port } = hub.context.http.fastify.server.address() as AddressInfo
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(words, {
    url: `http://127.0.0.1:${port}`,
    apiKey: hub.owner.apiKey,
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

async function idOf(email: string): Promise<string> {
  const { items } = await hub.must('GET', '/hub/v1/administrators')
  return items.find((one: { email: string }) => one.email === email).id
}

test('a lost second factor is taken away by address', async () => {
  const email = 'manager@example.com'
  await hub.database.execute({
    text: `insert into administrator_second_factors (administrator_id, secret_sealed, created, confirmed)
      values ($1, 'lost', now(), now())`,
    values: [await idOf(email)],
  })
  const before = await lockstep('administrators', 'list')
  assert.match(before.out, /^E-MAIL +NAME +ROLE +STATE +SECOND FACTOR +ID\n/)
  assert.match(before.out, /^manager@example\.com +manager +manager +active +enrolled /m)
  const reset = await lockstep('administrators', 'reset-second-factor', 'MANAGER@example.com')
  assert.deepEqual(reset, { code: 0, out: 'manager@example.com signs in with the password alone now.', err: '' })
  assert.match((await lockstep('administrators', 'list')).out, /^manager@example\.com .* none /m)
  const unknown = await lockstep('administrators', 'reset-second-factor', 'nobody@example.com')
  assert.deepEqual(unknown, { code: 1, out: '', err: 'There is no administrator "nobody@example.com".' })
})

test('a password link is made by address, and lets the administrator choose a password', async () => {
  const email = 'help-desk@example.com'
  const made = await lockstep('administrators', 'password-link', email)
  assert.equal(made.code, 0)
  const token = /^\/admin\/password\?token=(password_[\w-]{43})$/.exec(made.out)?.[1]
  assert.match(made.err, /once, until \d{4}-/)
  const password = 'chosen with the link'
  await hub.must('POST', '/hub/v1/session/password', { token, password })
  assert.match((await signIn(hub.caller, { email, password })).cookie, /^lockstep_session=/)
})
