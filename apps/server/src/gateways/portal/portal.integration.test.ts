import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, type Session, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import {
  newPassword,
  plantLink,
  type PortalPerson,
  portalPerson,
  portalSessionOf,
  signInToPortal,
  tryPortal,
} from '../../../../../tests/support/portal-person.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

/** A call of the portal, without a session as somebody who has none. */
function call(method: string, path: string, { session, body }: { session?: Session; body?: unknown } = {}) {
  const sent = body === undefined ? { headers: {} } : json(body)
  const headers = session === undefined ? {} : { cookie: session.cookie, 'x-csrf-token': session.csrfToken }
  return hub.caller.call({ method, path: `/portal/v1/${path}`, ...sent, headers: { ...sent.headers, ...headers } })
}

const refusal = ({ status, body }: Answer): string => `${status} ${body?.code}`
const edit = (person: PortalPerson, fields: object) => hub.must('PUT', `/api/systemusers/${person.id}`, fields)

async function journalOf(person: PortalPerson): Promise<readonly string[]> {
  const rows = await hub.database.query<{ action: string; actor: string }>({
    text: `select action, actor_kind as actor from journal where subject_id = $1 and action <> 'user.create' order by seq`,
    values: [person.id],
  })
  return rows.map(({ action, actor }) => `${actor} ${action}`)
}

test('a user signs in by username or address in any letter case, and out', async () => {
  const person = await portalPerson(hub, { firstname: 'Zoë', lastname: 'Ångström' })
  const nobody = await call('GET', 'session')
  assert.deepEqual(nobody.body, { signedIn: false, next: 'password', organization: { name: 'Lockstep' } })
  for (const name of [person.username, person.email.toUpperCase(), ` ${person.username.toUpperCase()} `]) {
    const answer = await tryPortal(hub, name, person.password)
    assert.equal(answer.status, 200, answer.text)
    const { csrfToken: _token, ...said } = answer.body
    assert.deepEqual(said, {
      signedIn: true,
      user: { id: person.id, username: person.username, email: person.email, name: 'Zoë Ångström' },
      organization: { name: 'Lockstep' },
    })
    assert.match(
      String(answer.headers['set-cookie']?.[0]),
      /^lockstep_portal=user_[\w-]{43}; Path=\/portal; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    )
  }
  const session = await signInToPortal(hub, person)
  assert.equal((await call('GET', 'session', { session })).body.signedIn, true)
  const out = await call('DELETE', 'session', { session })
  assert.equal(out.status, 204)
  assert.match(String(out.headers['set-cookie']), /^lockstep_portal=; Path=\/portal; Max-Age=0/)
  assert.equal((await call('GET', 'session', { session })).body.signedIn, false)
  assert.equal(refusal(await call('GET', 'profile', { session })), '401 unauthenticated')
  assert.deepEqual((await journalOf(person)).slice(-2), ['user user.sign_in', 'user user.sign_out'])
})

test('a wrong password, a name that nobody has and a locked account are refused in the same words', async () => {
  const person = await portalPerson(hub)
  const locked = await portalPerson(hub)
  await edit(locked, { account_locked: true })
  const answers = await Promise.all([
    tryPortal(hub, person.username, 'wrong'),
    tryPortal(hub, 'nobody-has-this', 'wrong'),
    tryPortal(hub, locked.username, locked.password),
    tryPortal(hub, `${person.username}\u0000`, person.password),
  ])
  const texts = answers
    .slice(0, 3)
    .map(({ status, body: { requestId: _id, ...body } }) => JSON.stringify([status, body]))
  assert.equal(new Set(texts).size, 1, texts.join('\n'))
  assert.deepEqual(answers.map(refusal), [...Array<string>(3).fill('401 sign_in_failed'), '400 invalid_request'])
})

test('guesses lock an account at the policy’s limit, and the right password then does not help', async () => {
  const person = await portalPerson(hub)
  for (let guess = 1; guess <= 6; guess += 1)
    assert.equal(refusal(await tryPortal(hub, person.username, `wrong ${guess}`)), '401 sign_in_failed')
  assert.equal(refusal(await tryPortal(hub, person.username, person.password)), '401 sign_in_failed')
  assert.equal((await hub.must('GET', `/api/systemusers/${person.id}`)).account_locked, true)
  for (let guess = 8; guess <= 10; guess += 1) await tryPortal(hub, person.username, 'wrong')
  const waiting = await tryPortal(hub, person.username, person.password)
  assert.equal(refusal(waiting), '429 throttled')
  assert.ok(Number(waiting.headers['retry-after']) > 0)
  // Another password, chosen with a link, ends the lock that guessing made.
  const token = await plantLink(hub, { userId: person.id, purpose: 'password' })
  const password = newPassword()
  assert.equal((await call('POST', 'password-link', { body: { token, password } })).status, 204)
  assert.equal((await tryPortal(hub, person.email, password)).status, 200)
})

test('whoever is suspended or staged learns so by the right password alone', async () => {
  const suspended = await portalPerson(hub)
  await edit(suspended, { suspended: true })
  const staged = await portalPerson(hub, { state: 'STAGED' })
  for (const person of [suspended, staged]) {
    assert.equal(refusal(await tryPortal(hub, person.username, 'wrong')), '401 sign_in_failed')
    assert.equal(refusal(await tryPortal(hub, person.username, person.password)), '403 account_not_open')
  }
})

test('a suspension, a deletion and another password end sessions at once, and none comes back', async () => {
  const people = await Promise.all([1, 2, 3].map(() => portalPerson(hub)))
  const [suspended, deleted, changed] = people as [PortalPerson, PortalPerson, PortalPerson]
  const sessions = await Promise.all(people.map((person) => signInToPortal(hub, person)))
  const isOpen = () =>
    Promise.all(sessions.map(async (session) => (await call('GET', 'session', { session })).body.signedIn))
  assert.deepEqual(await isOpen(), [true, true, true])
  await edit(suspended, { suspended: true })
  await hub.must('DELETE', `/api/systemusers/${deleted.id}`)
  await edit(changed, { password: newPassword() })
  assert.deepEqual(await isOpen(), [false, false, false])
  await edit(suspended, { suspended: false })
  assert.deepEqual(await isOpen(), [false, false, false])
})

test('people see where they are signed in, and sign out there, everywhere, and nowhere else', async () => {
  const [person, other] = [await portalPerson(hub), await portalPerson(hub)]
  const first = await signInToPortal(hub, person)
  const second = await signInToPortal(hub, person)
  const foreign = await signInToPortal(hub, other)
  const rows = (await call('GET', 'sessions', { session: first })).body.items
  assert.deepEqual(
    rows.map(({ current, browser }: { current: boolean; browser: string }) => [current, browser]),
    [
      [false, 'Firefox on Linux'],
      [true, 'Firefox on Linux'],
    ],
  )
  const [away] = rows
  assert.equal(refusal(await call('DELETE', `sessions/${away.id}`, { session: foreign })), '404 not_found')
  assert.equal((await call('DELETE', `sessions/${away.id}`, { session: first })).status, 204)
  assert.equal(refusal(await call('DELETE', `sessions/${away.id}`, { session: first })), '404 not_found')
  assert.equal((await call('GET', 'session', { session: second })).body.signedIn, false)
  assert.equal((await call('DELETE', 'sessions', { session: first })).status, 204)
  assert.equal((await call('GET', 'session', { session: first })).body.signedIn, false)
  assert.equal((await call('GET', 'session', { session: foreign })).body.signedIn, true)
})

test('a new user activates with the newest link, once, by the policy, and is signed in', async () => {
  const username = `n${newPassword().slice(4)}`
  const made = await hub.must('POST', '/api/systemusers', { username, email: `${username}@example.com` })
  const old = await plantLink(hub, { userId: made._id, purpose: 'activation' })
  const token = await plantLink(hub, { userId: made._id, purpose: 'activation' })
  const look = (which: string) => call('POST', 'activation/look', { body: { token: which } })
  assert.equal(refusal(await look(old)), '403 password_link_invalid')
  const facts = (await look(token)).body
  assert.equal(facts.user.username, username)
  assert.deepEqual(
    facts.policy.rules.map(({ name }: { name: string }) => name),
    ['minLength', 'lowercase', 'uppercase', 'number', 'specialCharacter', 'username', 'common', 'history'],
  )
  assert.equal(refusal(await call('POST', 'password-link/look', { body: { token } })), '403 password_link_invalid')
  const weak = await call('POST', 'activation', { body: { token, password: 'weak' } })
  assert.equal(refusal(weak), '400 password_policy')
  assert.deepEqual(weak.body.violations, ['minLength', 'uppercase', 'number', 'specialCharacter'])
  const password = newPassword()
  const answers = await Promise.all([1, 2].map(() => call('POST', 'activation', { body: { token, password } })))
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 403],
  )
  const [done] = answers.filter(({ status }) => status === 200)
  assert.ok(done)
  assert.equal((await call('GET', 'session', { session: portalSessionOf(done) })).body.user.username, username)
  assert.equal((await hub.must('GET', `/api/systemusers/${made._id}`)).activated, true)
  assert.equal((await tryPortal(hub, username, password)).status, 200)
  assert.equal(refusal(await look(token)), '403 password_link_invalid')
})

test('a link is worth nothing once it expired, the password was changed since, or the user is not active', async () => {
  const [late, changed, suspended] = [await portalPerson(hub), await portalPerson(hub), await portalPerson(hub)]
  const tokens = [
    await plantLink(hub, { userId: late.id, purpose: 'password', hours: 0 }),
    await plantLink(hub, { userId: changed.id, purpose: 'password' }),
    await plantLink(hub, { userId: suspended.id, purpose: 'password' }),
  ]
  await edit(changed, { password: newPassword() })
  await edit(suspended, { suspended: true })
  for (const token of [...tokens, 'link_nothing'])
    for (const body of [{ token }, { token, password: newPassword() }]) {
      const path = 'password' in body ? 'password-link' : 'password-link/look'
      assert.equal(refusal(await call('POST', path, { body })), '403 password_link_invalid')
    }
})

test('where a directory has the authority, the password is changed there, but with the link of an expiry notice', async () => {
  const person = await portalPerson(hub)
  const session = await signInToPortal(hub, person)
  const { id } = await hub.must('POST', '/hub/v1/directories', {
    domain: `${person.username}.example`,
    useCase: 'TWOWAYSYNC',
  })
  await edit(person, { restrictedFields: [{ type: 'active_directory', id, field: 'password' }] })
  const facts = (await call('GET', 'password', { session })).body
  assert.deepEqual([facts.mayChange, facts.authority], [false, { id, name: `${person.username}.example` }])
  assert.match(facts.changeElsewhere, /Change it there/)
  const body = { presentPassword: person.password, password: newPassword() }
  assert.equal(refusal(await call('PUT', 'password', { session, body })), '409 password_change_elsewhere')
  const forgotten = await plantLink(hub, { userId: person.id, purpose: 'password' })
  const withLink = (token: string) => call('POST', 'password-link', { body: { token, password: body.password } })
  assert.equal(refusal(await withLink(forgotten)), '400 field_managed_elsewhere')
  assert.equal((await withLink(await plantLink(hub, { userId: person.id, purpose: 'expiry' }))).status, 204)
  // No agent runs on a domain controller: then nobody says that the password is right, whatever the hub has.
  assert.equal(refusal(await tryPortal(hub, person.username, body.password)), '401 sign_in_failed')
  await edit(person, { restrictedFields: [] })
  assert.equal((await tryPortal(hub, person.username, body.password)).status, 200)
})

test('whom the domain with authority over the password has locked is refused here too, until the lock is over', async () => {
  const person = await portalPerson(hub)
  const { id } = await hub.must('POST', '/hub/v1/directories', {
    domain: `${person.username}.example`,
    useCase: 'TWOWAYSYNC',
  })
  await hub.database.execute({
    text: `insert into ad_agents (id, domain_id, kind, created, connect_key_hash, connect_key_expires, place)
      values ($1, $2, 'IMPORT', now(), $1, now(), 'domain_controller')`,
    values: [id.replace(/^./, 'a'), id],
  })
  await edit(person, { restrictedFields: [{ type: 'active_directory', id, field: 'password' }] })
  /** As the import brings it. */
  const lockedUntil = (until: string | null) =>
    hub.database.execute({
      text: `update users set attributes = attributes || jsonb_build_object('external_locked_until', $2::text) where id = $1`,
      values: [person.id, until],
    })
  const told = async (): Promise<string> => {
    const { status, body } = await tryPortal(hub, person.username, person.password)
    return `${status} ${body?.code ?? 'in'}`
  }
  assert.equal(await told(), '200 in')
  await lockedUntil(new Date(Date.now() + 3_600_000).toISOString())
  assert.equal(await told(), '401 sign_in_failed')
  assert.equal((await hub.must('GET', `/hub/v1/users/${person.id}`)).passwordStatus, 'locked')
  // Who is delegated is asked about in the domain itself, which knows best.
  await edit(person, { delegatedAuthority: { type: 'active_directory', id } })
  assert.equal(await told(), '503 directory_unreachable')
  await edit(person, { delegatedAuthority: null })
  assert.equal(await told(), '401 sign_in_failed')
  await lockedUntil(new Date(Date.now() - 1000).toISOString())
  assert.equal(await told(), '200 in')
  // Without authority over the password the domain's lock says nothing.
  await lockedUntil(new Date(Date.now() + 3_600_000).toISOString())
  await edit(person, { restrictedFields: [] })
  assert.equal(await told(), '200 in')
})

test('people change their password with the present one; other sessions end, and the old password is not taken again', async () => {
  const person = await portalPerson(hub)
  const other = await signInToPortal(hub, person)
  const session = await signInToPortal(hub, person)
  const facts = (await call('GET', 'password', { session })).body
  assert.deepEqual([facts.status, facts.mayChange, facts.expires], ['active', true, undefined])
  const change = (presentPassword: string, password: string) =>
    call('PUT', 'password', { session, body: { presentPassword, password } })
  assert.equal(refusal(await change('wrong', newPassword())), '400 present_password_wrong')
  const again = await change(person.password, person.password)
  assert.deepEqual([refusal(again), again.body.violations], ['400 password_policy', ['history']])
  const password = newPassword()
  const done = await change(person.password, password)
  assert.equal(done.status, 200, done.text)
  const renewed = portalSessionOf(done)
  assert.equal((await call('GET', 'session', { session: renewed })).body.signedIn, true)
  for (const ended of [session, other])
    assert.equal((await call('GET', 'session', { session: ended })).body.signedIn, false)
  assert.equal((await tryPortal(hub, person.username, password)).status, 200)
})

test('a password that expired is changed before anything else', async () => {
  const person = await portalPerson(hub)
  await hub.must('POST', `/api/systemusers/${person.id}/expire`)
  const answer = await tryPortal(hub, person.username, person.password)
  assert.deepEqual([answer.body.signedIn, answer.body.next], [true, 'change-password'])
  const session = portalSessionOf(answer)
  for (const path of ['profile', 'directories', 'sessions'])
    assert.equal(refusal(await call('GET', path, { session })), '403 sign_in_unfinished')
  assert.equal((await call('GET', 'password', { session })).status, 200)
  const body = { presentPassword: person.password, password: newPassword() }
  const done = await call('PUT', 'password', { session, body })
  assert.equal(done.body.next, undefined, done.text)
  assert.equal((await call('GET', 'profile', { session: portalSessionOf(done) })).status, 200)
})

test('a candidate is judged for who is signed in or holds a link, and for nobody else', async () => {
  const person = await portalPerson(hub)
  const session = await signInToPortal(hub, person)
  const check = (body: object, who?: Session) =>
    call('POST', 'password/check', { body, ...(who ? { session: who } : {}) })
  const verdict = (await check({ password: `${person.username}A` }, session)).body
  assert.deepEqual(
    [verdict.accepted, ...verdict.violations.map(({ name }: { name: string }) => name)],
    [false, 'specialCharacter', 'username'],
  )
  const token = await plantLink(hub, { userId: person.id, purpose: 'password' })
  assert.deepEqual((await check({ password: newPassword(), token })).body, { accepted: true, violations: [] })
  assert.equal(refusal(await check({ password: newPassword() })), '403 password_link_invalid')
  const bare = { cookie: session.cookie, csrfToken: '' }
  assert.equal(refusal(await check({ password: newPassword() }, bare)), '403 csrf_failed')
})

test('a forgotten password is answered alike whoever asks, and noted for who exists', async () => {
  const person = await portalPerson(hub)
  for (const name of [person.username, person.email, 'nobody-has-this-either']) {
    const answer = await call('POST', 'forgotten-password', { body: { name } })
    assert.deepEqual([answer.status, answer.text], [202, ''])
  }
  assert.deepEqual(await journalOf(person), ['system user.forget_password', 'system user.forget_password'])
})

test('people see their profile, who manages it, and change of it what the organization lets them', async () => {
  const person = await portalPerson(hub, { firstname: 'Zoë', department: 'Sales' })
  const session = await signInToPortal(hub, person)
  const profile = (await call('GET', 'profile', { session })).body
  assert.deepEqual([profile.firstName, profile.department], ['Zoë', 'Sales'])
  assert.ok(profile.fields.every(({ mayChange }: { mayChange: boolean }) => !mayChange))
  const change = (body: object) => call('PATCH', 'profile', { session, body })
  assert.equal(refusal(await change({ displayName: 'Z' })), '403 forbidden')
  await allowEditing(true)
  try {
    const phoneNumbers = [{ type: 'mobile', number: '+46 70' }]
    const changed = await change({ displayName: 'Zoë Å', phoneNumbers })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual([changed.body.displayName, changed.body.phoneNumbers], ['Zoë Å', phoneNumbers])
    assert.equal(refusal(await change({ department: 'Board' })), '400 invalid_request')
    assert.equal(refusal(await change({ sudo: true })), '400 invalid_request')
    assert.equal((await journalOf(person)).at(-1), 'user user.update')
  } finally {
    await allowEditing(false)
  }
})

async function allowEditing(systemUsersCanEdit: boolean): Promise<void> {
  const { results } = await hub.must('GET', '/api/organizations')
  await hub.must('PUT', `/api/organizations/${results[0].id}`, { settings: { systemUsersCanEdit } })
}

test('people see the directories that they are bound to', async () => {
  const person = await portalPerson(hub)
  const session = await signInToPortal(hub, person)
  assert.deepEqual((await call('GET', 'directories', { session })).body, { items: [] })
  const domain = `d${person.username}.example`
  const { id } = await hub.must('POST', '/hub/v1/directories', { domain, useCase: 'TWOWAYSYNC' })
  await hub.must('PUT', `/hub/v1/users/${person.id}/directories/${id}`)
  const { items } = (await call('GET', 'directories', { session })).body
  assert.deepEqual(items, [{ id, name: domain, state: 'waiting', password: { state: 'at-next-sign-in' } }])
})

test('a delegated user whose domain cannot be asked is told so, and nobody falls back to the hub’s own hash', async () => {
  const person = await portalPerson(hub)
  const { id } = await hub.must('POST', '/hub/v1/directories', {
    domain: `${person.username}.lab`,
    useCase: 'TWOWAYSYNC',
  })
  await edit(person, { delegatedAuthority: { id, name: 'ActiveDirectory' } })
  assert.equal(refusal(await tryPortal(hub, person.username, person.password)), '503 directory_unreachable')
  assert.ok((await journalOf(person)).includes('user user.sign_in_failed'))
})

test('no password, token or hash of one is in the journal or the log', async () => {
  const person = await portalPerson(hub)
  const session = await signInToPortal(hub, person)
  await tryPortal(hub, person.username, 'Canary-in-a-wrong-field')
  await tryPortal(hub, 'Canary-as-a-name', 'x')
  const rows = await hub.database.query<{ text: string }>({ text: 'select details::text as text from journal' })
  const all = [...rows.map(({ text }) => text), ...hub.log()].join('\n')
  for (const secret of [person.password, session.cookie.slice(-43), session.csrfToken, 'Canary'])
    assert.equal(all.includes(secret), false)
})
