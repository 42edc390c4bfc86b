// Second factors of users as their portal and the administrators' interface have them, against a running hub.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import { HubError } from '@lockstep/client/hub-error'
import { createPortalClient, type PortalClient } from '@lockstep/client/portal-client'
import { assert as ensure } from '@lockstep/kernel/assert'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Authenticator } from './browser/authenticator.ts'
import { type Hub, startHub } from './hub.ts'
import { SoftwarePasskey } from './support/software-passkey.ts'

const password = 'Right-Horse-Battery-7'
let hub: Hub
let api: HubClient
let origin: string

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  // Passkeys are bound to a name, not to an address in digits.
  origin = `http://localhost:${hub.port}`
})

after(() => hub?.stop())

/** A browser of a user: its cookies, and pages of the hub's own name. */
function browser(): PortalClient {
  let cookie = ''
  return createPortalClient({
    baseUrl: origin,
    async fetch(address, init) {
      const headers = new Headers(init?.headers)
      headers.set('origin', origin)
      if (cookie !== '') headers.set('cookie', cookie)
      const reply = await fetch(address, { ...init, headers })
      cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return reply
    },
  })
}

let users = 0

async function makeUser(): Promise<{ readonly id: string; readonly username: string }> {
  users += 1
  const username = `factor${users}`
  const reply = await fetch(`${hub.url}/api/systemusers`, {
    method: 'POST',
    headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ username, email: `${username}@example.com`, password, state: 'ACTIVATED' }),
  })
  assert.equal(reply.status, 200)
  const { id } = (await reply.json()) as { id: string }
  return { id, username }
}

async function enrolAuthenticator(portal: PortalClient): Promise<{ app: Authenticator; codes: readonly string[] }> {
  const { secret, otpauthUrl } = await portal.secondFactor.enrolAuthenticator({ password })
  assert.match(otpauthUrl, /^otpauth:\/\/totp\//)
  const app = new Authenticator(secret)
  const { recoveryCodes } = await portal.secondFactor.confirmAuthenticator({ code: app.nextCode() })
  return { app, codes: recoveryCodes }
}

function refusedWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof HubError && error.code === code
}

test('an authenticator is enrolled with the password, and asked for at the next sign-in', async () => {
  const { id, username } = await makeUser()
  const portal = browser()
  assert.equal((await portal.session.signIn({ name: username, password })).next, undefined)
  const wrong = portal.secondFactor.enrolAuthenticator({ password: 'not it' })
  await assert.rejects(wrong, refusedWith('present_password_wrong'))
  const { app, codes } = await enrolAuthenticator(portal)
  assert.equal(new Set(codes).size, 10)
  assert.equal((await api.users.secondFactor(id)).recoveryCodesLeft, 10)

  const other = browser()
  const begun = await other.session.signIn({ name: username, password })
  assert.equal(begun.next, 'second-factor')
  assert.equal(begun.signedIn, false)
  await assert.rejects(other.profile.get(), refusedWith('sign_in_unfinished'))
  await assert.rejects(other.session.answerSecondFactor({ code: app.wrongCode() }), refusedWith('second_factor_failed'))
  const done = await other.session.answerSecondFactor({ code: app.nextCode() })
  assert.equal(done.signedIn, true)
  assert.equal((await other.profile.get()).username, username)
})

test('a recovery code lets in once', async () => {
  const { username } = await makeUser()
  const portal = browser()
  await portal.session.signIn({ name: username, password })
  const { codes } = await enrolAuthenticator(portal)
  const [recoveryCode = ''] = codes
  const other = browser()
  await other.session.signIn({ name: username, password })
  await other.session.answerSecondFactor({ recoveryCode: recoveryCode.toLowerCase().replaceAll('-', ' ') })
  assert.equal((await other.secondFactor.get()).recoveryCodesLeft, 9)
  const third = browser()
  await third.session.signIn({ name: username, password })
  await assert.rejects(third.session.answerSecondFactor({ recoveryCode }), refusedWith('second_factor_failed'))
})

test('a passkey is made, asked for, named and taken away', async () => {
  const { id, username } = await makeUser()
  const portal = browser()
  await portal.session.signIn({ name: username, password })
  const { options } = await portal.secondFactor.passkeyOptions({ password })
  const rpId = options.rp.id ?? ''
  assert.equal(rpId, 'localhost')
  const passkey = new SoftwarePasskey(origin)
  const credential = passkey.attest({ challenge: options.challenge, rpId })
  const made = await portal.secondFactor.registerPasskey({ name: 'Key ring', credential })
  assert.equal(made.recoveryCodes?.length, 10)
  const again = portal.secondFactor.registerPasskey({ name: 'Key ring', credential })
  await assert.rejects(again, refusedWith('invalid_request'))

  const other = browser()
  const begun = await other.session.signIn({ name: username, password })
  assert.deepEqual(begun.methods, ['passkey', 'recovery-code'])
  ensure(begun.passkeyOptions, 'the door asks for the passkey')
  const asked = { challenge: begun.passkeyOptions.challenge, rpId }
  const done = await other.session.answerSecondFactor({ passkey: passkey.assert(asked) })
  assert.equal(done.signedIn, true)
  const [shown] = (await other.secondFactor.get()).passkeys
  assert.ok(shown?.lastUsed)
  assert.equal((await other.secondFactor.renamePasskey(shown.id, { name: 'Spare key' })).name, 'Spare key')
  await other.secondFactor.removePasskey(shown.id, { password })
  const after = await api.users.secondFactor(id)
  assert.deepEqual(after.passkeys, [])
  assert.equal(after.recoveryCodesLeft, 0)
})

test('a passkey’s answer serves once, and no other key and no other page’s answer does', async () => {
  const { username } = await makeUser()
  const portal = browser()
  await portal.session.signIn({ name: username, password })
  const { options } = await portal.secondFactor.passkeyOptions({ password })
  const foreign = new SoftwarePasskey('https://hub.example').attest({ challenge: options.challenge, rpId: 'localhost' })
  await assert.rejects(
    portal.secondFactor.registerPasskey({ name: 'Foreign', credential: foreign }),
    refusedWith('invalid_request'),
  )
  const { options: anew } = await portal.secondFactor.passkeyOptions({ password })
  const passkey = new SoftwarePasskey(origin)
  const credential = passkey.attest({ challenge: anew.challenge, rpId: 'localhost' })
  await portal.secondFactor.registerPasskey({ name: 'Mine', credential })

  const answers = async (make: (challenge: string) => ReturnType<SoftwarePasskey['assert']>) => {
    const door = browser()
    const { passkeyOptions } = await door.session.signIn({ name: username, password })
    return door.session.answerSecondFactor({ passkey: make(passkeyOptions?.challenge ?? '') })
  }
  const old = passkey.assert({ challenge: anew.challenge, rpId: 'localhost' })
  await assert.rejects(
    answers(() => old),
    refusedWith('second_factor_failed'),
  )
  const stranger = new SoftwarePasskey(origin)
  await assert.rejects(
    answers((challenge) => ({ ...stranger.assert({ challenge, rpId: 'localhost' }), id: credential.id })),
    refusedWith('second_factor_failed'),
  )
  assert.equal((await answers((challenge) => passkey.assert({ challenge, rpId: 'localhost' }))).signedIn, true)
})

test('who is asked for a second factor has their time, and then nothing else until one is enrolled', async () => {
  const { id, username } = await makeUser()
  await api.users.demandSecondFactor(id, { required: true, graceDays: 5 })
  const portal = browser()
  const early = await portal.session.signIn({ name: username, password })
  assert.equal(early.next, undefined)
  assert.ok(early.enrolSecondFactorUntil)
  await api.users.demandSecondFactor(id, { required: true, graceDays: 0 })
  assert.equal((await portal.session.get()).next, 'enrol-second-factor')
  await assert.rejects(portal.profile.get(), refusedWith('sign_in_unfinished'))
  await enrolAuthenticator(portal)
  assert.equal((await portal.session.get()).next, undefined)
  assert.equal((await portal.profile.get()).username, username)
})

test('a group asks its members, and stops asking', async () => {
  const { id, username } = await makeUser()
  const group = await api.groups.create({ name: 'Finance' })
  await api.groups.addMember(group.id, id)
  const portal = browser()
  assert.equal((await portal.session.signIn({ name: username, password })).next, undefined)
  assert.deepEqual(await api.groups.demandSecondFactor(group.id, { graceDays: 0 }), { graceDays: 0 })
  assert.equal((await portal.session.get()).next, 'enrol-second-factor')
  assert.ok((await api.users.secondFactor(id)).requiredFrom)
  await api.groups.demandSecondFactor(group.id, { graceDays: null })
  assert.equal((await portal.session.get()).next, undefined)
})

test('who lost their factor gets in again after a reset, and JumpCloud’s interface tells what is enrolled', async () => {
  const { id, username } = await makeUser()
  const portal = browser()
  await portal.session.signIn({ name: username, password })
  await enrolAuthenticator(portal)
  const told = async (path: string) => {
    const reply = await fetch(`${hub.url}/api/systemusers/${id}${path}`, { headers: { 'x-api-key': hub.apiKey } })
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }
  assert.equal((await told('')).body['totp_enabled'], true)
  assert.ok((await told('/totpinfo')).body['enrollmentDate'])
  const reset = await api.users.resetSecondFactor(id)
  assert.equal(reset.authenticator, undefined)
  assert.equal(reset.recoveryCodesLeft, 0)
  assert.equal((await told('')).body['totp_enabled'], false)
  assert.equal((await told('/totpinfo')).status, 404)
  assert.equal((await browser().session.signIn({ name: username, password })).next, undefined)
})
