// Links from mails in the users' portal: the first password, and another one for who forgot theirs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'
import { launchBrowser, visit } from './browser.ts'
import { ada, assertRight, makeUser, signInUser } from './user-visits.ts'

const chosen = 'Chosen-By-Myself-1'
let hub: Hub
let mails: MailServer
let browser: Browser

before(async () => {
  mails = await startMailServer()
  hub = await startHub({ env: { SMTP_URL: mails.url } })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
  await mails?.stop()
})

/** The link of the latest mail to somebody that leads to a page of the portal, once so many mails were taken. */
async function linkOf(address: string, page: string): Promise<string> {
  for (let count = 1; count < 20; count += 1) {
    const taken = await mails.take(count)
    const link = taken
      .filter(({ recipients }) => recipients.includes(address))
      .map(({ text }) => new RegExp(`https?://\\S+/portal/${page}\\S*`, 'u').exec(text)?.[0])
      .findLast((each) => each !== undefined)
    if (link !== undefined) return link
  }
  throw new Error(`no mail to ${address} leads to ${page}`)
}

const newPassword = (page: Page) => page.getByLabel('New password', { exact: true })

test('the link of the welcome mail leads to the first password, and in', async () => {
  const { password: _, ...withoutPassword } = ada
  await makeUser(hub, { ...withoutPassword, state: 'ACTIVATED' })
  const link = await linkOf(ada.email, 'activate')
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  const told: string[] = []
  page.on('request', (request) => {
    // The document itself is what the link opens; nothing after it names the token.
    if (!request.isNavigationRequest()) told.push(request.url(), request.headers()['referer'] ?? '')
  })
  await page.goto(link)
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  await page.getByText('Hello Ada Lovelace', { exact: false }).waitFor()
  await page.getByText(ada.email).waitFor()
  await newPassword(page).and(page.locator(':focus')).waitFor()
  assert.equal(new URL(page.url()).search, '', 'the token is out of the address')
  const token = new URL(link).searchParams.get('token') ?? ''
  assert.ok(token.length > 20)
  assert.equal(told.join(' ').includes(token), false, 'no address and no referrer names the token')
  await assertRight(page, 'the welcome')
  await page.keyboard.type('short')
  await page.keyboard.press('Enter')
  await page.getByText('It must have at least 12 characters.').waitFor()
  await newPassword(page).and(page.locator(':focus')).waitFor()
  await assertRight(page, 'the welcome with a fault')
  await newPassword(page).fill(`${chosen}-${ada.username}`)
  await page.getByRole('list', { name: 'The password' }).getByText('Not contain the username, not met yet').waitFor()
  await newPassword(page).fill(chosen)
  await page.getByText('Meets every rule').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  assert.deepEqual(visitor.faults, [])

  await using later = await visit(browser, hub.url)
  await later.page.goto(link)
  await later.page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()
  await assertRight(later.page, 'a link that was used')
  await later.page.getByRole('button', { name: 'Go to sign-in' }).click()
  await signInUser(later.page, ada.username, chosen)
  await later.page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
})

test('who forgot the password chooses another with the link of a mail, and is signed out everywhere', async () => {
  const eve = { ...ada, username: 'eve', email: 'eve@example.com', displayname: 'Eve' }
  await makeUser(hub, eve)
  await using elsewhere = await visit(browser, hub.url)
  await elsewhere.page.goto('/portal/')
  await signInUser(elsewhere.page, eve.username, eve.password)
  await elsewhere.page.getByRole('heading', { name: 'Hello, Eve' }).waitFor()

  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/portal/forgotten-password')
  await page.getByRole('textbox', { name: 'Username or e-mail' }).fill(eve.email)
  await page.getByRole('button', { name: 'Send me a mail' }).click()
  await page.getByRole('heading', { name: 'Look into your mails' }).waitFor()
  await page.goto(await linkOf(eve.email, 'password-link'))
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await newPassword(page).and(page.locator(':focus')).waitFor()
  await assertRight(page, 'the choice of a new password')
  await newPassword(page).fill(eve.password)
  await page.keyboard.press('Enter')
  await page.getByText('Must differ from the last', { exact: false }).waitFor()
  await newPassword(page).fill(chosen)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
  await assertRight(page, 'the password that is set')
  await page.getByRole('button', { name: 'Go to sign-in' }).click()
  await signInUser(page, eve.username, chosen)
  await page.getByRole('heading', { name: 'Hello, Eve' }).waitFor()
  assert.deepEqual(visitor.faults, [])

  await elsewhere.page.getByRole('link', { name: 'Sessions' }).click()
  await elsewhere.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
})

test('a page whose link was lost says what to do', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  for (const path of ['activate', 'password-link']) {
    await page.goto(`/portal/${path}`)
    await page.getByText('The link is incomplete, or the page was loaded again.', { exact: false }).waitFor()
  }
  await assertRight(page, 'a page without its link')
  await page.getByRole('button', { name: 'Get a new link' }).click()
  await page.getByRole('heading', { name: 'Forgotten password' }).waitFor()
})
