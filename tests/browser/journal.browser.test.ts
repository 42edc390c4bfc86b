import { createHubClient } from '@lockstep/client/hub-client'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { type Hub, startHub } from '../hub.ts'
import { assertAccessibleInBothThemes, enterAdmin, launchBrowser, signIn, visit } from './browser.ts'

/** Far enough from UTC that its days are others for half of each day; without summer time. */
const zone = 'Pacific/Kiritimati'
const aheadMs = 14 * 3_600_000
const dayMs = 86_400_000
let hub: Hub
let browser: Browser

before(async () => {
  hub = await startHub()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await hub?.stop()
})

/** The day in the zone at a distance in days from the one in which a moment lies. */
function dayAround(moment: string, days: number): string {
  return new Date(Date.parse(moment) + aheadMs + days * dayMs).toISOString().slice(0, 10)
}

test('the journal narrows to days of the reader’s zone, which stand in the address', async () => {
  const api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await api.users.create({ username: 'dora', email: 'dora@example.com' })
  const moment = (await api.journal.list({ action: 'user.create', limit: 1 })).items[0]?.at ?? ''
  const [before, day, later] = [-1, 0, 1].map((days) => dayAround(moment, days)) as [string, string, string]
  await using visitor = await visit(browser, hub.url, 'light', zone)
  const { page } = visitor
  await page.goto('/admin/journal?action=user.create')
  await signIn(page, hub.administrator)
  await page.getByText('Days and times in Pacific/Kiritimati (GMT+14)').waitFor()
  const entry = page
    .getByRole('button', { name: 'Only entries about dora' })
    .or(page.getByRole('button', { name: 'dora' }))
  await entry.first().waitFor()

  const asked = page.waitForRequest((request) => /\/hub\/v1\/journal\?.*since=/u.test(request.url()))
  await page.getByRole('textbox', { name: 'From' }).fill(day)
  const since = new URL((await asked).url()).searchParams.get('since') ?? ''
  assert.equal(since, new Date(Date.parse(`${day}T00:00:00Z`) - aheadMs).toISOString())
  await page.waitForURL(new RegExp(`from=${day}`, 'u'))
  await entry.first().waitFor()
  await page.getByRole('textbox', { name: 'To' }).fill(day)
  await page.waitForURL(new RegExp(`to=${day}`, 'u'))
  await entry.first().waitFor()
  await page.reload()
  assert.deepEqual(
    [
      await page.getByRole('textbox', { name: 'From' }).inputValue(),
      await page.getByRole('textbox', { name: 'To' }).inputValue(),
    ],
    [day, day],
  )
  await entry.first().waitFor()
  await assertAccessibleInBothThemes(page, 'the journal of one day')

  await page.getByRole('textbox', { name: 'From' }).fill(later)
  await page.getByText('The last day lies before the first.').waitFor()
  await page.getByText('No entries match').waitFor()
  await assertAccessibleInBothThemes(page, 'days that are turned round')
  await page.getByRole('button', { name: /^Remove the filter: To:/ }).click()
  await page.getByText('No entries match').waitFor()
  await page.goBack()
  await page.goBack()
  await entry.first().waitFor()
  await page.goto(`/admin/journal?action=user.create&to=${before}`)
  await page.getByText('No entries match').waitFor()
  await page.getByRole('button', { name: /^Remove the filter: To:/ }).click()
  await entry.first().waitFor()
  assert.deepEqual(visitor.faults, [])
})

test('what the journal shows already is not told to be new, however early the hub tells of it', async () => {
  const api = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  await using visitor = await enterAdmin(browser, hub, '/')
  const { page } = visitor
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  let requests = 0
  await page.route(/\/hub\/v1\/journal\?limit=50$/u, async (route) => {
    requests += 1
    if (requests === 1) {
      asked.resolve()
      await held.promise
    }
    await route.continue()
  })
  await page.getByRole('link', { name: 'Journal', exact: true }).first().click()
  await asked.promise
  const peek = page.waitForResponse(/\/hub\/v1\/journal\?limit=50$/u)
  await api.users.create({ username: 'early', email: 'early@example.com' })
  await (await peek).finished()
  held.resolve()
  await page.getByRole('button', { name: 'early' }).first().waitFor()
  assert.equal(await page.getByRole('button', { name: /new · show/u }).count(), 0)
  await api.users.create({ username: 'later', email: 'later@example.com' })
  await page.getByRole('button', { name: '1 new · show' }).click()
  await page.getByRole('button', { name: 'later' }).first().waitFor()
  assert.deepEqual(visitor.faults, [])
})
