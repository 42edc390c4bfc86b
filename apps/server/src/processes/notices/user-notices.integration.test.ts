import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import type { Json } from '@lockstep/kernel/json'
import { type MailServer, startMailServer } from '../../../../../tests/mail-server.ts'
import { actorOf } from '../../directory/access/access.rules.ts'
import { admin, anId, noticeFixture, type NoticeFixture } from './testing/notice-fixture.ts'

let own: TestDatabase
let server: MailServer
let fixture: NoticeFixture
before(async () => {
  server = await startMailServer()
})
after(() => server.stop())
beforeEach(async () => {
  own = await testDatabase()
  fixture = await noticeFixture(own.database, server.url)
})
afterEach(async () => {
  await fixture.close()
  await own.drop()
})

/** What was taken since the last time it was looked at. */
let seen = 0
async function sent() {
  await fixture.send()
  const mails = server.taken.slice(seen)
  seen = server.taken.length
  return mails
}

const person = actorOf({ id: anId(), email: 'ada@example.com', name: 'Ada', role: 'administrator' }, 'session')

function makeUser(input: Record<string, string> = {}) {
  return fixture.users.create(admin, { username: 'zoe', email: 'zoe@example.com', ...input })
}

function bound(userId: string, directory: string) {
  const changes = { [`directory:${directory}`]: { after: 'bound' } }
  return { action: 'user.bind', subjectKind: 'user', subjectId: userId, subject: 'zoe', changes } as const
}

function accountMade(userId: string, directory: string) {
  const changes = { [`account:${directory}`]: { after: `CN=Zoe,DC=${directory}` } }
  return { action: 'account.create', subjectKind: 'user', subjectId: userId, subject: 'zoe', changes } as const
}

test('an active user whom a person binds is told, with a mail for each directory, and not again when the account is made', async () => {
  const { id } = await makeUser({ firstname: 'Zoë', lastname: 'Ångström', password: 'Correct-horse-7!' })
  const byPerson = { ...admin, actor: person }
  await fixture.happen(bound(id, 'corp.example'), byPerson)
  await fixture.happen(bound(id, 'lab.example'), byPerson)
  await fixture.happen(accountMade(id, 'corp.example'))
  const mails = await sent()
  assert.deepEqual(mails.map(({ subject }) => subject).toSorted(), [
    'Your account in corp.example',
    'Your account in lab.example',
  ])
  assert.match(mails[0]?.text ?? '', /Hello Zoë Ångström,[^]*Your username is zoe\./)
})

test('a user who is bound through a group is told when the account is there, and one whom a directory bound is not told', async () => {
  const { id } = await makeUser({ password: 'Correct-horse-7!' })
  await fixture.happen(bound(id, 'import.example'))
  assert.equal((await sent()).length, 0)
  await fixture.happen(accountMade(id, 'corp.example'))
  assert.equal((await sent()).length, 1)
})

test('the organization may keep its users from being told', async () => {
  const { id } = await makeUser({ password: 'Correct-horse-7!' })
  await fixture.notices.changeSettings(admin, { tellsBoundUsers: false })
  await fixture.happen(bound(id, 'corp.example'), { ...admin, actor: person })
  assert.equal((await sent()).length, 0)
})

test('suspended users are not told of their account, and users without a password get the link to choose one', async () => {
  const waiting = await makeUser()
  const suspended = await makeUser({ username: 'max', email: 'max@example.com', password: 'Correct-horse-7!' })
  await fixture.users.change(admin, suspended.id, { input: { state: 'SUSPENDED' } })
  for (const { id } of [waiting, suspended])
    await fixture.happen(bound(id, 'corp.example'), { ...admin, actor: person })
  const mails = await sent()
  assert.deepEqual(
    mails.map(({ recipients, subject }) => [...recipients, subject]),
    [['zoe@example.com', 'Welcome to Lockstep']],
  )
})

test('new users are invited to the page that the organization names, in its own words', async () => {
  const { id } = await makeUser({ firstname: 'Zoë' })
  const asked = {
    action: 'user.request_activation',
    subjectKind: 'user',
    subjectId: id,
    subject: 'zoe',
    changes: { activationEmail: { after: 'private@example.net' } },
  } as const
  await fixture.happen(asked)
  const [inPortal] = await sent()
  assert.match(inPortal?.text ?? '', /https:\/\/hub\.example\.com\/portal\/activate\?token=link_[\w-]{43}\n/)
  await fixture.notices.changeSettings(admin, { activationUrl: 'https://portal.example.com/activate' })
  await fixture.happen(asked)
  const [plain] = await sent()
  assert.deepEqual(plain?.recipients, ['private@example.net'])
  assert.match(plain.text, /Choose a password:\nhttps:\/\/portal\.example\.com\/activate\?token=link_/)
  await fixture.customEmails.create(admin, 'activate_user_custom', {
    subject: 'Grüß Gott, {{name}}',
    title: 'Los geht’s',
    body: 'Dein Name hier: {{ username }}.\n\n<b>{{unknown}}</b>',
    button: 'Kennwort wählen',
    nextStepContactInfo: 'Fragen? {{organization}}',
  })
  await fixture.happen(asked)
  const [own] = await sent()
  assert.equal(own?.subject, 'Grüß Gott, Zoë')
  assert.match(own.text, /Los geht’s\n\nDein Name hier: zoe\.\n\n<b>{{unknown}}<\/b>\n\nKennwort wählen:\nhttps:/)
  assert.match(own.html, /&lt;b&gt;{{unknown}}&lt;\/b&gt;/)
  assert.doesNotMatch(own.text, /Hello/)
  // Bound without a password: the same invitation, once a day.
  fixture.clock.advance(25 * 3_600_000)
  for (const directory of ['corp.example', 'lab.example'])
    await fixture.happen(bound(id, directory), { ...admin, actor: person })
  assert.equal((await sent()).length, 1)
})

/** The token of the only link of a mail. */
function tokenOf(text: string | undefined): string {
  const [, token] = /\?token=(link_[\w-]{43})\b/.exec(text ?? '') ?? []
  assert.ok(token, text)
  return token
}

test('a user whom a person makes without a password is welcomed once, whatever they are bound to, unless the organization does not want it', async () => {
  const made = { action: 'user.create', subjectKind: 'user', subject: 'zoe' } as const
  const { id } = await makeUser()
  const byPerson = { ...admin, actor: person }
  await fixture.happen({ ...made, subjectId: id }, byPerson)
  await fixture.happen(bound(id, 'corp.example'), byPerson)
  const mails = await sent()
  assert.equal(mails.length, 1)
  const link = await fixture.userLinks.read(tokenOf(mails[0]?.text), ['activation'])
  assert.equal(link.userId, id)
  assert.equal(link.expires.getTime() - fixture.clock.now().getTime(), 7 * 86_400_000)
  const imported = await makeUser({ username: 'max', email: 'max@example.com' })
  await fixture.happen({ ...made, subjectId: imported.id })
  const withPassword = await makeUser({ username: 'eve', email: 'eve@example.com', password: 'Correct-horse-7!' })
  await fixture.happen({ ...made, subjectId: withPassword.id }, byPerson)
  const staged = await makeUser({ username: 'ann', email: 'ann@example.com', state: 'STAGED' })
  await fixture.happen({ ...made, subjectId: staged.id }, byPerson)
  await fixture.users.change(admin, staged.id, { input: { state: 'ACTIVATED' } })
  assert.equal((await sent()).length, 0)
  const activated = { ...made, action: 'user.activate', subjectId: staged.id, changes: { state: { before: 'STAGED' } } }
  await fixture.happen(activated, { ...admin, actor: { ...person, via: 'api_key' } })
  assert.equal((await sent()).length, 0, 'a program asks for the mail by itself')
  await fixture.happen(activated, byPerson)
  assert.deepEqual(
    (await sent()).flatMap(({ recipients }) => recipients),
    ['ann@example.com'],
  )
  await fixture.notices.changeSettings(admin, { welcomesNewUsers: false })
  const quiet = await makeUser({ username: 'kim', email: 'kim@example.com' })
  await fixture.happen({ ...made, subjectId: quiet.id }, byPerson)
  assert.equal((await sent()).length, 0)
})

test('who forgot a password gets a link for an hour, or is told where it is changed', async () => {
  const user = await makeUser({ password: 'Correct-horse-7!' })
  const forgot = { action: 'user.forget_password', subjectKind: 'user', subjectId: user.id, subject: 'zoe' } as const
  await fixture.happen(forgot)
  const [mail] = await sent()
  const link = await fixture.userLinks.read(tokenOf(mail?.text), ['password'])
  assert.equal(link.expires.getTime() - fixture.clock.now().getTime(), 3_600_000)
  await fixture.happen(forgot)
  const [second] = await sent()
  assert.notEqual(tokenOf(second?.text), tokenOf(mail?.text))
  await assert.rejects(fixture.userLinks.read(tokenOf(mail?.text), ['password']), { code: 'password_link_invalid' })
  const restrictedFields = [{ type: 'active_directory', id: anId(), field: 'password' }]
  await fixture.users.change(admin, user.id, { input: { restrictedFields } })
  await fixture.happen(forgot)
  const [elsewhere] = await sent()
  assert.doesNotMatch(elsewhere?.text ?? '', /token=/)
  assert.match(elsewhere?.text ?? '', /is managed in .* and changed there/)
})

test('an administrator has the mail sent that leads a user to a password: the welcome mail, or a link that says who sends it', async () => {
  const { id } = await makeUser()
  await fixture.userSecurity.requestPasswordMail(admin, id)
  await fixture.see('user.request_activation', id)
  const [welcome] = await sent()
  assert.equal(welcome?.subject, 'Welcome to Lockstep')
  await fixture.users.change(admin, id, { input: { password: 'Correct-horse-7!' } })
  await fixture.userSecurity.requestPasswordMail(admin, id)
  await fixture.see('user.request_password_link', id)
  const [mail] = await sent()
  assert.match(mail?.text ?? '', /An administrator sends you this link/)
  assert.doesNotMatch(mail?.text ?? '', /forgot/)
  await fixture.userLinks.read(tokenOf(mail?.text), ['password'])
})

test('no mail leads to a password that is not the hub’s to set, or to a user who is not active', async () => {
  const { id } = await makeUser({ password: 'Correct-horse-7!' })
  const refused = (code: string) => assert.rejects(fixture.userSecurity.requestPasswordMail(admin, id), { code })
  const restrictedFields = [{ type: 'active_directory', id: anId(), field: 'password' }]
  await fixture.users.change(admin, id, { input: { restrictedFields } })
  await refused('password_change_elsewhere')
  await fixture.users.change(admin, id, { input: { state: 'SUSPENDED' } })
  await refused('user_not_active')
  const delegated = await makeUser({ username: 'max', email: 'max@example.com' })
  const delegatedAuthority = { id: anId(), name: 'ActiveDirectory' }
  await fixture.users.change(admin, delegated.id, { input: { delegatedAuthority } })
  const wish = fixture.userSecurity.requestPasswordMail(admin, delegated.id)
  await assert.rejects(wish, { code: 'password_change_elsewhere' })
})

/** Lets the user have a factor, as far as a mail is concerned. */
function addPasskey(userId: string): Promise<number> {
  return own.database.execute({
    text: `insert into user_passkeys (id, user_id, host, credential_id, public_key, counter, transports, synced, name, created)
      values ($1, $2, 'hub.example.com', $1, '\\x00', 0, '{}', false, 'Phone', now())`,
    values: [anId(), userId],
  })
}

test('a user of whom an administrator asks a second factor is told until when, once, unless the organization does not want it', async () => {
  const { id } = await makeUser({ password: 'Correct-horse-7!' })
  const period = { exclusion: true, exclusionUntil: '2026-01-12T09:00:00.000Z' }
  await fixture.userSecurity.enforceMfa(admin, id, { isRequired: true, mfa: period })
  await fixture.see('user.require_second_factor', id)
  const [mail] = await sent()
  assert.equal(mail?.subject, 'Set up a second factor for Lockstep')
  assert.match(mail.text, /before 12 January 2026, 09:00 UTC/)
  assert.match(mail.text, /https:\/\/hub\.example\.com\/portal\/security/)
  // Asked already: no row, so no second mail.
  await fixture.userSecurity.enforceMfa(admin, id, { isRequired: true, mfa: { ...period, exclusion: false } })
  assert.equal((await fixture.journal.list({ action: 'user.require_second_factor', limit: 5 })).items.length, 1)
  await fixture.notices.changeSettings(admin, { tellsAskedUsers: false })
  await fixture.userSecurity.enforceMfa(admin, id, { isRequired: false })
  await fixture.userSecurity.enforceMfa(admin, id, { isRequired: true })
  await fixture.see('user.require_second_factor', id)
  assert.equal((await sent()).length, 0)
})

test('who has a second factor is not asked to set one up, and hears of it when an administrator resets it', async () => {
  const { id } = await makeUser({ password: 'Correct-horse-7!' })
  await fixture.userSecurity.resetMfa(admin, id, {})
  assert.equal((await fixture.journal.list({ action: 'user.reset_second_factor', limit: 5 })).items.length, 0)
  await addPasskey(id)
  await fixture.userSecurity.enforceMfa(admin, id, { isRequired: true })
  await fixture.see('user.require_second_factor', id)
  assert.equal((await sent()).length, 0)
  await fixture.notices.changeSettings(admin, { tellsAskedUsers: false })
  await fixture.userSecurity.resetMfa(admin, id, { exclusion: true, exclusionUntil: '2026-01-12T09:00:00.000Z' })
  await fixture.see('user.reset_second_factor', id)
  const [mail] = await sent()
  assert.equal(mail?.subject, 'Your second factor for Lockstep was reset')
  assert.match(mail.text, /Set up another one before 12 January 2026, 09:00 UTC/)
  assert.equal((await fixture.factors.counts(id)).passkeys, 0)
})

test('a password that was changed and an account that was locked are told to their owner', async () => {
  const user = await makeUser({ password: 'Correct-horse-7!' })
  const about = { subjectKind: 'user', subjectId: user.id, subject: 'zoe' } as const
  await fixture.happen({ ...about, action: 'user.choose_password' })
  await fixture.happen({ ...about, action: 'user.sign_in_failed', changes: { reason: { after: 'wrong password' } } })
  const lockedUntil = { after: '2026-01-05T10:15:00.000Z' }
  await fixture.happen({ ...about, action: 'user.sign_in_failed', changes: { lockedUntil } })
  await fixture.happen({ ...about, action: 'user.sign_in_failed', changes: { lockedUntil } })
  const mails = await sent()
  assert.deepEqual(mails.map(({ subject }) => subject).toSorted(), [
    'Your account at Lockstep is locked',
    'Your password for Lockstep was changed',
  ])
})

test('a password that is about to expire is told on the days that the organization chose, once each, by who is to tell', async () => {
  const day = 86_400_000
  const expires = new Date(fixture.clock.now().getTime() + 10 * day).toISOString()
  const expiring = async (name: string, input: Record<string, Json> = {}) => {
    const user = await makeUser({ username: name, email: `${name}@example.com`, password: 'Correct-horse-7!' })
    return fixture.users.change(admin, user.id, { input, set: { password_expiration_date: expires } })
  }
  await expiring('here')
  const authority = { type: 'active_directory', id: anId(), field: 'password' }
  await expiring('there', { restrictedFields: [authority] })
  await expiring('delegated', { delegatedAuthority: { id: anId(), name: 'ActiveDirectory' } })
  const suspended = await expiring('away')
  await fixture.users.change(admin, suspended.id, { input: { state: 'SUSPENDED' } })
  const look = async (): Promise<readonly (readonly [string, boolean])[]> => {
    await fixture.notices.work.remindOfExpiry()
    await fixture.notices.work.remindOfExpiry()
    const mails = await sent()
    const told = mails.map(({ recipients, text }) => [recipients[0] ?? '', /token=link_/.test(text)] as const)
    return told.toSorted(([a], [b]) => a.localeCompare(b))
  }
  assert.deepEqual(await look(), [])
  fixture.clock.advance(4 * day)
  const both = [
    ['here@example.com', false],
    ['there@example.com', true],
  ]
  assert.deepEqual(await look(), both)
  fixture.clock.advance(5 * day)
  assert.deepEqual(await look(), both)
  fixture.clock.advance(2 * day)
  assert.deepEqual(await look(), [], 'what has expired is not about to')
})

test('a user who is gone when the turn comes gets no mail', async () => {
  const { id } = await makeUser({ password: 'Correct-horse-7!' })
  await fixture.happen(bound(id, 'corp.example'), { ...admin, actor: person })
  await fixture.users.remove(admin, id, {})
  assert.equal((await sent()).length, 0)
  assert.equal((await fixture.notices.list(admin.actor, { state: 'dropped' })).total, 1)
})

test('suggestions of a group go to its address, else to the organization’s contact, with the counts of the moment', async () => {
  const user = await makeUser()
  const group = await fixture.groups.create(admin, {
    name: 'Sales',
    email: 'sales@example.com',
    membershipMethod: 'DYNAMIC_REVIEW_REQUIRED',
    memberQuery: { queryType: 'FilterQuery', filters: [{ field: 'username', operator: 'eq', value: 'zoe' }] },
    memberSuggestionsNotify: true,
  })
  const suggested = {
    action: 'group.suggest',
    subjectKind: 'group',
    subjectId: group.id,
    subject: 'Sales',
    changes: { add: { after: 1 } },
  } as const
  const suggest = async (): Promise<void> => {
    await own.database.execute({
      text: `insert into group_suggestions (group_id, user_id, op) values ($1, $2, 'add') on conflict do nothing`,
      values: [group.id, user.id],
    })
    await fixture.happen(suggested)
  }
  await suggest()
  await fixture.happen(suggested)
  assert.equal((await sent()).length, 0)
  fixture.clock.advance(61_000)
  const [mail, ...more] = await sent()
  assert.deepEqual([mail?.recipients, more.length], [['sales@example.com'], 0])
  assert.match(mail?.text ?? '', /to add 1 user and to remove 0 users/)
  // The next one within the hour waits for its end, and is not sent when nothing is left to look at.
  await suggest()
  fixture.clock.advance(61_000)
  assert.equal((await sent()).length, 0)
  await own.database.execute({ text: 'delete from group_suggestions' })
  fixture.clock.advance(3_600_000)
  assert.equal((await sent()).length, 0)
  await fixture.groups.change(admin, group.id, { input: { email: '' } })
  await fixture.organization.change(admin, { contactEmail: 'it@example.com', contactName: 'IT' })
  fixture.clock.advance(3_600_000)
  await suggest()
  fixture.clock.advance(61_000)
  const [second] = await sent()
  assert.deepEqual(second?.recipients, ['it@example.com'])
  assert.match(second.replyTo, /it@example\.com/)
})
