// What the tests of the users' portal share.
import { createPortalClient, type PortalClient } from '@lockstep/client/portal-client'
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Hub } from '../hub.ts'
import { assertAccessible, assertAccessibleInBothThemes } from './browser.ts'

/** A user of these tests with a password that the policy takes. */
export const ada = {
  username: 'ada',
  email: 'ada@example.com',
  firstname: 'Ada',
  lastname: 'Lovelace',
  displayname: 'Ada Lovelace',
  password: 'Right-Horse-Battery-7',
} as const

/** Makes a user as other programs do. */
export async function makeUser(hub: Hub, fields: object): Promise<{ readonly id: string }> {
  const reply = await fetch(`${hub.url}/api/systemusers`, {
    method: 'POST',
    headers: { 'x-api-key': hub.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
  const text = await reply.text()
  assert.equal(reply.status, 200, text)
  return JSON.parse(text) as { id: string }
}

/** Calls of the users' portal with the cookies of one visitor, for what a test prepares. */
export function portalClientOf(hub: Hub): PortalClient {
  let cookie = ''
  return createPortalClient({
    baseUrl: hub.url,
    fetch: async (address, init) => {
      const headers = new Headers(init?.headers)
      headers.set('origin', hub.url)
      if (cookie !== '') headers.set('cookie', cookie)
      const reply = await fetch(address, { ...init, headers })
      cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return reply
    },
  })
}

/** Fills in the sign-in page that is open. */
export async function signInUser(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Username or e-mail' }).fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** The page that is open can be used by everybody, in both themes, and on a phone, where nothing sticks out to the side. */
export async function assertRight(page: Page, what: string): Promise<void> {
  await assertAccessibleInBothThemes(page, what)
  const before = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const tooWide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  assert.equal(tooWide, 0, `${what} is wider than a phone`)
  await assertAccessible(page, `${what} on a phone`)
  if (before) await page.setViewportSize(before)
}
