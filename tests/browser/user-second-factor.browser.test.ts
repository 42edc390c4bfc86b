// Second factors in the users' portal: an authenticator, passkeys, recovery codes, and who is asked for one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { freePort, type Hub, startHub } from '../hub.ts'
import { Authenticator } from './authenticator.ts'
import { launchBrowser, visit } from './browser.ts'
import { ada, assertRight, makeUser, signInUser } from './user-visits.ts'

let hub: Hub
/** A passkey belongs to a name, never to an address of digits. */
let url: string
let browser: Browser

before(async () => {
  const port = await freePort()
  url = `http://localhost:${port}`
  hub = await startHub({ port, env: { LOCKSTEP_PUBLIC_URL: url } })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
const codeField = (page: Page) => page.getByRole('textbox', { name: /^Code from/ })

function personNamed(username: string) {
  return { ...ada, username, email: `${username}@example.com`, displayname: username }
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()
}

/** Takes the key off the page as somebody does who cannot scan. */
async function readKey(page: Page): Promise<Authenticator> {
  await page.getByText('I cannot scan it').click()
  return new Authenticator((await page.getByLabel('key', { exact: true }).textContent()) ?? '')
}

async function recoveryCodesOn(page: Page): Promise<readonly string[]> {
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await items.first().waitFor()
  return items.allTextContents()
}

/** A device that makes and uses passkeys whenever it is asked. */
async function addAuthenticatorTo(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

test('an authenticator is set up, asked for at the next sign-in, and removed', async () => {
  const person = personNamed('tom')
  await makeUser(hub, person)
  await using visitor = await visit(browser, url)
  const { page } = visitor
  await page.goto('/portal/security')
  await signInUser(page, person.username, person.password)
  await page.getByText('Not set up').waitFor()
  await assertRight(page, 'no second factor')

  await page.getByRole('button', { name: 'Set up app' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').and(page.locator(':focus')).waitFor()
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await dialog.getByText('The present password is not right.', { exact: false }).waitFor()
  await dialog.getByLabel('Your password').fill(person.password)
  await page.keyboard.press('Enter')
  await dialog.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
  const phone = await readKey(page)
  await assertRight(page, 'the QR code')
  await codeField(page).fill(phone.nextCode())
  await codeField(page).press('Enter')
  const codes = await recoveryCodesOn(page)
  assert.equal(codes.length, 10)
  await assertRight(page, 'the recovery codes')
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 left').waitFor()
  await assertRight(page, 'an authenticator that is on')

  await signOut(page)
  await signInUser(page, person.username, person.password)
  await heading(page, 'Second factor').waitFor()
  await codeField(page).and(page.locator(':focus')).waitFor()
  await assertRight(page, 'the second step of signing in')
  await page.reload()
  await codeField(page).fill(phone.wrongCode())
  await codeField(page).press('Enter')
  await page.getByText('The code is not right, or was used already.', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '')
  await page.keyboard.press('Enter')
  await heading(page, 'Hello, tom').waitFor()

  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByText('9 left').waitFor()
  await page.getByRole('button', { name: 'New recovery codes' }).click()
  await dialog.getByLabel('Your password').fill(person.password)
  await page.keyboard.press('Enter')
  assert.equal((await recoveryCodesOn(page)).includes(codes[1] ?? ''), false)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 left').waitFor()
  await page.getByRole('button', { name: 'Remove app' }).click()
  await dialog.getByLabel('Your password').fill(person.password)
  await assertRight(page, 'the question before an authenticator is removed')
  await page.keyboard.press('Enter')
  await page.getByText('Not set up').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('a passkey is added, signs in, gets another name, and is removed', async () => {
  const person = personNamed('pia')
  await makeUser(hub, person)
  await using visitor = await visit(browser, url)
  const { page } = visitor
  await page.goto('/portal/security')
  await signInUser(page, person.username, person.password)
  await page.getByText('None yet.').waitFor()
  await page.getByRole('button', { name: 'Add passkey' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('My laptop')
  await dialog.getByLabel('Your password').fill(person.password)
  await assertRight(page, 'a passkey that is being added')
  // Looking at the page closely, as above, takes the device away; so from here to the sign-in nobody does.
  await addAuthenticatorTo(page)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  const codes = await recoveryCodesOn(page)
  assert.equal(codes.length, 10)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  const passkeys = page.getByRole('list', { name: 'Passkeys' })
  await passkeys.getByText('My laptop').waitFor()
  await signOut(page)
  await signInUser(page, person.username, person.password)
  await page.getByRole('button', { name: 'Use your passkey' }).click()
  await heading(page, 'Hello, pia').waitFor()

  await page.getByRole('link', { name: 'Security' }).click()
  await passkeys.getByText('last used', { exact: false }).waitFor()
  await assertRight(page, 'a passkey')
  await page.getByRole('button', { name: 'Rename My laptop' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Work laptop')
  await page.keyboard.press('Enter')
  await passkeys.getByText('Work laptop').waitFor()
  await dialog.waitFor({ state: 'detached' })

  // The device is lost.
  await signOut(page)
  await signInUser(page, person.username, person.password)
  await page.getByRole('button', { name: 'Use your passkey' }).waitFor()
  await assertRight(page, 'the second step with a passkey')
  await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '')
  await page.keyboard.press('Enter')
  await heading(page, 'Hello, pia').waitFor()
  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByRole('button', { name: 'Remove Work laptop' }).click()
  await dialog.getByLabel('Your password').fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByText('None yet.').waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('of whom a second factor is demanded, nothing is open before it is set up', async () => {
  const person = personNamed('ned')
  const { id } = await makeUser(hub, person)
  const reply = await fetch(`${hub.url}/api/systemusers/${id}`, {
    method: 'PUT',
    headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ enable_user_portal_multifactor: true }),
  })
  assert.equal(reply.status, 200, await reply.text())
  await using visitor = await visit(browser, url)
  const { page } = visitor
  await page.goto('/portal/profile')
  await signInUser(page, person.username, person.password)
  await heading(page, 'Set up your second factor').waitFor()
  await assertRight(page, 'the demand for a second factor')
  await page.goto('/portal/sessions')
  await heading(page, 'Set up your second factor').waitFor()
  await page.getByRole('button', { name: /^Authenticator app/ }).click()
  await page.getByLabel('Your password').fill(person.password)
  await page.keyboard.press('Enter')
  const phone = await readKey(page)
  await codeField(page).fill(phone.nextCode())
  await codeField(page).press('Enter')
  assert.equal((await recoveryCodesOn(page)).length, 10)
  await page.getByRole('button', { name: 'I have kept them, go on' }).click()
  await heading(page, 'Sessions').waitFor()
  assert.deepEqual(visitor.faults, [])
})
