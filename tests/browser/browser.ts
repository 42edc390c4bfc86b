// A real browser for the portals' tests: Debian's Chromium, with what the tests ask of every page.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const require = createRequire(import.meta.url)
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

export type Scheme = 'light' | 'dark'

/** Starts Chromium without what it would fetch from the network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-component-update',
    ],
  })
}

/** A fresh visitor; `faults` gathers what the page logged as broken, policy violations included. */
export interface Visitor extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  readonly faults: string[]
}

/** Opens a window of its own, without motion so that nothing is still moving when it is looked at. */
export async function visit(
  browser: Browser,
  url: string,
  scheme: Scheme = 'light',
  timezoneId = 'UTC',
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: scheme,
    timezoneId,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    baseURL: url,
  })
  const page = await context.newPage()
  // For what never comes; a busy machine may need seconds for what does.
  page.setDefaultTimeout(30_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    // Refused calls are logged by the browser itself and are part of what is tested.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
  })
  return { context, page, faults, [Symbol.asyncDispose]: () => context.close() }
}

interface AxeNode {
  readonly html: string
  readonly failureSummary?: string
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly AxeNode[] }[]
}

/** Looks at so many settled pictures before it believes in a fault: while a theme changes, colours of both may stand side by side. */
const looks = 5
const framesBetweenLooks = 30

/** Fails with every element that breaks WCAG 2.2 A or AA as far as a program can tell. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  let faults = await accessibilityFaults(page)
  for (let look = 1; look < looks && faults.length > 0; look += 1) {
    await page.evaluate(
      `(async () => { for (let frame = 0; frame < ${framesBetweenLooks}; frame += 1) await new Promise(requestAnimationFrame) })()`,
    )
    faults = await accessibilityFaults(page)
  }
  assert.deepEqual(faults, [], `${what} has accessibility faults`)
}

async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page)
  // Through the protocol, because the page's own policy lets no foreign script in.
  await session.send('Runtime.evaluate', { expression: axeSource })
  const { result } = await session.send('Runtime.evaluate', {
    expression:
      "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then((found) => JSON.stringify(found))",
    awaitPromise: true,
  })
  await session.detach()
  const { violations } = JSON.parse(String(result.value)) as AxeResults
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  )
}

/** Fills in the sign-in page that is open. */
export async function signIn(
  page: Page,
  credentials: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(credentials.email)
  await page.getByLabel('Password', { exact: true }).fill(credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

interface AdminHub {
  readonly url: string
  readonly administrator: { readonly email: string; readonly password: string }
}

interface Look {
  readonly scheme?: Scheme
  readonly timezoneId?: string
}

/** A visitor who is signed in as the hub's first administrator and stands at a path of their portal. */
export async function enterAdmin(browser: Browser, hub: AdminHub, path: string, look: Look = {}): Promise<Visitor> {
  const visitor = await visit(browser, hub.url, look.scheme, look.timezoneId)
  await visitor.page.goto(`/admin${path}`)
  await signIn(visitor.page, hub.administrator)
  await visitor.page.getByRole('navigation', { name: 'Rooms' }).waitFor()
  return visitor
}

/** Checks what is open now in both themes, and goes back to the light one. */
export async function assertAccessibleInBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
    // Colours follow with the frame that is painted next.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    await assertAccessible(page, `${what} in the ${colorScheme} theme`)
  }
}
