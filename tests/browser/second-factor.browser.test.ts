// The second factor of administrators, from the QR code to the reset.
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { Authenticator } from './authenticator.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, signIn, visit } from './browser.ts'

const second = { email: 'second@example.com', password: 'a long enough password' }
let hub: Hub
let api: HubClient
let browser: Browser

before(async () => {
  hub = await startHub()
  api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await api.administrators.create({ ...second, name: 'Sam Second', role: 'manager' })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

/** Takes the key off the page as somebody does who cannot scan. */
async function readKey(page: Page): Promise<Authenticator> {
  await page.getByText('I cannot scan it').click()
  const key = (await page.getByLabel('key', { exact: true }).textContent()) ?? ''
  assert.match(key.trim(), /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/u)
  return new Authenticator(key)
}

/** The paper has the codes and nothing else, in black on white, also when the screen is dark. */
async function assertPrintsDarkOnWhite(page: Page, code: string): Promise<void> {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark', reducedMotion: 'reduce' })
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
  // The change of the medium reaches the rest of the page a moment later.
  let visibility: unknown
  for (let looks = 0; visibility !== 'hidden' && looks < 200; looks += 1)
    visibility = await page.evaluate(`getComputedStyle(document.querySelector('nav')).visibility`)
  const paper = await page.evaluate(`(() => {
    const shown = [...document.querySelectorAll('body *')].filter(
      (each) => getComputedStyle(each).visibility === 'visible' && each.getClientRects().length > 0,
    )
    const texts = shown.filter((each) => each.children.length === 0 && each.textContent.trim() !== '')
    return {
      colors: [...new Set(texts.map((each) => getComputedStyle(each).color))],
      page: getComputedStyle(document.body).backgroundColor,
      strangers: texts.filter((each) => !each.closest('.portal-print')).map((each) => each.textContent),
      text: texts.map((each) => each.textContent).join(' '),
    }
  })()`)
  const { text, ...look } = paper as { readonly text: string }
  assert.deepEqual(look, { colors: ['rgb(0, 0, 0)'], page: 'rgb(255, 255, 255)', strangers: [] })
  assert.ok(text.includes(code) && text.includes('Each works once.'), text)
  await page.emulateMedia({ media: 'screen', colorScheme: 'light', reducedMotion: 'reduce' })
  await page.locator('html[data-mantine-color-scheme="light"]').waitFor()
}

async function recoveryCodesOn(page: Page): Promise<readonly string[]> {
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await items.first().waitFor()
  const codes = await items.allTextContents()
  assert.equal(codes.length, 10)
  return codes
}

const codeField = (page: Page) => page.getByRole('textbox', { name: /^Code from/ })

test('an administrator sets up a second factor, signs in with it, uses a recovery code and turns it off', async () => {
  await using visitor = await visit(browser, hub.url)
  const { page } = visitor
  await page.goto('/admin/account')
  await signIn(page, second)
  await page.getByText('Not set up').waitFor()
  await assertAccessibleInBothThemes(page, 'the account without a second factor')

  // With the keyboard alone, from here to the recovery codes.
  await page.getByRole('button', { name: 'Set up second factor' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').and(page.locator(':focus')).waitFor()
  await page.keyboard.type('wrong password')
  await page.keyboard.press('Enter')
  await dialog.getByText('Is not right.').waitFor()
  await dialog.getByLabel('Your password').fill(second.password)
  await page.keyboard.press('Enter')
  await dialog.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
  await codeField(page).and(page.locator(':focus')).waitFor()
  const phone = await readKey(page)
  await assertAccessibleInBothThemes(page, 'the QR code')
  await codeField(page).fill('12345')
  await codeField(page).press('Enter')
  await dialog.getByText('Enter the six digits that your authenticator app shows.').waitFor()
  await codeField(page).fill(phone.wrongCode())
  await codeField(page).press('Enter')
  await dialog.getByText('Must be the one that the app shows now, and not used before.').waitFor()
  await codeField(page).fill(phone.nextCode())
  await codeField(page).press('Enter')
  const [first = ''] = await recoveryCodesOn(page)
  await assertAccessibleInBothThemes(page, 'the recovery codes')
  await assertPrintsDarkOnWhite(page, first)
  await page.keyboard.press('Escape')
  await dialog.waitFor()
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  assert.equal((await download).suggestedFilename(), 'lockstep-recovery-codes.txt')
  await page.evaluate('window.printed = 0; window.print = () => { window.printed += 1 }')
  await dialog.getByRole('button', { name: 'Print' }).click()
  assert.equal(await page.evaluate('window.printed'), 1)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 of 10 left').waitFor()
  assert.equal((await page.content()).includes(first), false)
  await assertAccessibleInBothThemes(page, 'the account with a second factor')

  await using other = await visit(browser, hub.url)
  await other.page.goto('/admin/groups')
  await signIn(other.page, second)
  await other.page.getByRole('heading', { name: 'Second factor', level: 1 }).waitFor()
  await codeField(other.page).and(other.page.locator(':focus')).waitFor()
  await assertAccessibleInBothThemes(other.page, 'the sign-in with a code')
  await codeField(other.page).fill(phone.wrongCode())
  await codeField(other.page).press('Enter')
  await other.page.getByText('The code is not right, or was used already.').waitFor()
  await codeField(other.page).fill(phone.nextCode())
  await codeField(other.page).press('Enter')
  await other.page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor()

  await using third = await visit(browser, hub.url)
  await third.page.goto('/admin/')
  await signIn(third.page, second)
  await third.page.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await third.page.getByRole('textbox', { name: 'Recovery code' }).fill(first.toLowerCase())
  await assertAccessibleInBothThemes(third.page, 'the sign-in with a recovery code')
  await third.page.getByRole('textbox', { name: 'Recovery code' }).press('Enter')
  await third.page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  await third.page.getByRole('button', { name: 'Sam Second' }).click()
  await third.page.getByRole('menuitem', { name: 'Your account' }).click()
  await third.page.getByText('9 of 10 left').waitFor()

  const own = third.page
  await own.getByRole('button', { name: 'New recovery codes' }).click()
  await own.getByRole('dialog').getByRole('button', { name: 'Use a recovery code instead' }).click()
  await own.getByRole('textbox', { name: 'Recovery code' }).fill(first)
  await own.getByRole('button', { name: 'Make new codes' }).click()
  await own.getByText('Must be the one that the app shows now, and not used before.').waitFor()
  await own.getByRole('button', { name: 'Use the authenticator app instead' }).click()
  await codeField(own).fill(await phone.freshCode())
  await own.getByRole('button', { name: 'Make new codes' }).click()
  const [renewed = ''] = await recoveryCodesOn(own)
  await own.getByRole('button', { name: 'I have kept them' }).click()
  await own.getByText('10 of 10 left').waitFor()

  await own.getByRole('button', { name: 'Move to another phone' }).click()
  await own.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await own.getByRole('textbox', { name: 'Recovery code' }).fill(renewed)
  await own.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
  await own.getByLabel('Your password').fill(second.password)
  await own.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
  const otherPhone = await readKey(own)
  await codeField(own).fill(otherPhone.nextCode())
  await own.getByRole('button', { name: 'Turn on' }).click()
  const [last = ''] = await recoveryCodesOn(own)
  await own.getByRole('button', { name: 'I have kept them' }).click()
  await own.getByText('Second factor moved').waitFor()
  await own.getByText('10 of 10 left').waitFor()

  await own.getByRole('button', { name: 'Turn off' }).click()
  await assertAccessibleInBothThemes(own, 'the question before turning off')
  await own.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await own.getByRole('textbox', { name: 'Recovery code' }).fill(last)
  await own.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
  await own.getByText('Not set up').waitFor()
  assert.deepEqual([visitor.faults, other.faults, third.faults], [[], [], []])
})

test('whoever has to have a second factor is held at the door, and another administrator resets it', async () => {
  await using visitor = await enterAdmin(browser, hub, '/settings')
  const { page } = visitor
  const row = page.getByRole('listitem').filter({ hasText: second.email })
  await row.getByRole('button', { name: 'More for Sam Second' }).click()
  await assertAccessibleInBothThemes(page, 'the menu of an administrator')
  await page.getByRole('menuitem', { name: 'Require a second factor' }).click()
  await row.getByText('Second factor not set up').waitFor()

  await using held = await visit(browser, hub.url)
  await held.page.goto('/admin/users?state=SUSPENDED')
  await signIn(held.page, second)
  await held.page.getByRole('heading', { name: 'Set up your second factor', level: 1 }).waitFor()
  await held.page.goto('/admin/users')
  await held.page.getByRole('heading', { name: 'Set up your second factor', level: 1 }).waitFor()
  await assertAccessibleInBothThemes(held.page, 'the enforced set-up')
  await held.page.getByLabel('Your password').fill(second.password)
  await held.page.getByRole('button', { name: 'Continue' }).click()
  const phone = await readKey(held.page)
  await codeField(held.page).fill(phone.nextCode())
  await held.page.getByRole('button', { name: 'Turn on' }).click()
  await recoveryCodesOn(held.page)
  await held.page.getByRole('button', { name: 'I have kept them, go on' }).click()
  await held.page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()

  await row.getByText('Second factor', { exact: true }).waitFor()
  await row.getByRole('button', { name: 'More for Sam Second' }).click()
  await page.getByRole('menuitem', { name: 'Reset second factor' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reset the second factor of Sam Second?' })
  await dialog.waitFor()
  await assertAccessibleInBothThemes(page, 'the question before a reset')
  await dialog.getByRole('button', { name: 'Reset second factor' }).click()
  await page.getByText('Second factor of Sam Second reset').waitFor()
  await row.getByText('Second factor not set up').waitFor()
  // The reset ended the session; the next one is held again.
  await held.page.goto('/admin/')
  await signIn(held.page, second)
  await held.page.getByRole('heading', { name: 'Set up your second factor', level: 1 }).waitFor()
  await held.page.getByRole('button', { name: 'Sign out' }).click()
  await held.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
  assert.deepEqual([visitor.faults, held.faults], [[], []])
})
