import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { portalPerson, type PortalPerson } from '../../../../../tests/support/portal-person.ts'

const failures = 20

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false, portalFailuresPerAddress: failures })
})
after(() => hub.stop())

function tryFrom(cookie: string, { username, password }: Pick<PortalPerson, 'username' | 'password'>) {
  const sent = json({ name: username, password })
  const headers = { ...sent.headers, ...(cookie === '' ? {} : { cookie }) }
  return hub.caller.call({ method: 'POST', path: '/portal/v1/session', ...sent, headers })
}

test('when others behind an address guess, only those wait who never signed in with the browser they use', async () => {
  const [ann, bob] = [await portalPerson(hub), await portalPerson(hub)]
  const first = await tryFrom('', ann)
  const device = [first.headers['set-cookie'] ?? []].flat().find((one) => one.startsWith('lockstep_portal_device='))
  assert.match(
    String(device),
    /^lockstep_portal_device=v1\.[\w.-]+; Path=\/portal\/v1\/session; Max-Age=7776000; HttpOnly; SameSite=Strict$/,
  )
  const note = String(device).split(';', 1).join('')
  for (let guess = 1; guess <= failures; guess += 1) {
    const answer = await tryFrom('', { username: `nobody${guess}`, password: 'guessed' })
    assert.equal(answer.status, 401, answer.text)
    assert.equal(answer.headers['set-cookie'], undefined)
  }
  const triesOf = async (cookie: string, person: PortalPerson) => [
    (await tryFrom(cookie, person)).status,
    (await tryFrom(cookie, { ...person, password: 'wrong' })).status,
  ]
  assert.deepEqual(await triesOf('', bob), [429, 429])
  assert.deepEqual(await triesOf(note, bob), [429, 429], 'a note is of one user')
  assert.deepEqual(await triesOf(`${note}x`, ann), [429, 429], 'a note is not to be made up')
  assert.deepEqual(await triesOf(note, ann), [200, 401])
  // The account's own limit goes on counting.
  for (let guess = 2; guess <= 6; guess += 1) await tryFrom(note, { ...ann, password: 'wrong' })
  assert.equal((await tryFrom(note, ann)).status, 401)
  assert.equal((await hub.must('GET', `/api/systemusers/${ann.id}`)).account_locked, true)
})

test('a note of an unknown key costs the same look for a name that somebody has as for one that nobody has', async (context) => {
  const { username } = await portalPerson(hub)
  const seen = context.mock.method(hub.database, 'query').mock
  const looksFor = async (name: string): Promise<number> => {
    seen.resetCalls()
    const note = `v1.${randomBytes(6).toString('hex')}.${'A'.repeat(80)}`
    assert.equal((await tryFrom(`lockstep_portal_device=${note}`, { username: name, password: 'wrong' })).status, 429)
    return seen.calls.filter(({ arguments: [query] }) => query.text.includes('from vault_keys')).length
  }
  assert.deepEqual([await looksFor(username), await looksFor('nobody.at.all')], [1, 1])
})
