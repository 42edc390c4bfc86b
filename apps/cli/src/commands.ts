import type { HubClient } from '@lockstep/client/hub-client'
import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import type { Page } from '@lockstep/contract/hub/page'
import type { PlanRow } from '@lockstep/contract/hub/plan'
import type { Administrator } from '@lockstep/contract/hub/session'
import type { UserCreate, UserDetail, UserRow } from '@lockstep/contract/hub/user'
import { type Command, type CommandOptions, type Outcome, UsageError } from './command.ts'
import { agentsCommands } from './agents-commands.ts'
import { changesCommand } from './changes-command.ts'
import { type Column, plainText, tableLines } from './table.ts'

const rowsPerPage = 200
const defaultRows = 100

const userColumns: readonly Column<UserRow>[] = [
  { heading: 'USERNAME', text: ({ username }) => username },
  { heading: 'NAME', text: ({ displayName }) => displayName },
  { heading: 'E-MAIL', text: ({ email }) => email },
  { heading: 'STATE', text: ({ state }) => state },
  {
    heading: 'ACCOUNTS',
    text: ({ accountCount, failedAccountCount }) => accountsText(accountCount, failedAccountCount),
  },
  { heading: 'ID', text: ({ id }) => id },
]

const directoryColumns: readonly Column<DirectoryRow>[] = [
  { heading: 'NAME', text: ({ name }) => name },
  { heading: 'HEALTH', text: ({ health }) => `${health.light}: ${health.reason}` },
  { heading: 'USERS', text: ({ userCount }) => String(userCount) },
  { heading: 'WAITING', text: ({ pendingCount }) => String(pendingCount) },
  { heading: 'FAILED', text: ({ failedCount }) => String(failedCount) },
  { heading: 'HELD', text: ({ heldCount }) => String(heldCount) },
  { heading: 'ID', text: ({ id }) => id },
]

const administratorColumns: readonly Column<Administrator>[] = [
  { heading: 'E-MAIL', text: ({ email }) => email },
  { heading: 'NAME', text: ({ name }) => name },
  { heading: 'ROLE', text: ({ role, customRole }) => customRole?.name ?? role },
  { heading: 'STATE', text: ({ suspended }) => (suspended ? 'suspended' : 'active') },
  {
    heading: 'SECOND FACTOR',
    text: ({ secondFactor }) => (secondFactor.enrolled ? 'enrolled' : secondFactor.required ? 'required' : 'none'),
  },
  { heading: 'ID', text: ({ id }) => id },
]

const planColumns: readonly Column<PlanRow>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'SOURCE', text: ({ sourceName }) => sourceName },
  { heading: 'STATE', text: ({ state }) => state },
  {
    heading: 'CHANGES',
    text: ({ counts }) =>
      Object.entries(counts)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', '),
  },
  { heading: 'REASON', text: ({ reason }) => reason },
]

/** What `lockstep` can do, in the order of its help. */
export const commands: readonly Command[] = [
  {
    name: 'journal verify',
    operands: [],
    options: [],
    summary: 'check that nobody changed the journal',
    run: verifyJournal,
  },
  {
    name: 'administrators list',
    operands: [],
    options: [],
    summary: 'list administrators with their second factors',
    async run(hub) {
      const { items } = await hub.administrators.list()
      return { value: { items }, lines: tableLines(items, administratorColumns) }
    },
  },
  {
    name: 'administrators reset-second-factor',
    operands: ['administrator'],
    options: [],
    summary: 'take the second factor from an administrator who lost it; ADMINISTRATOR is an id or an e-mail address',
    async run(hub, [administrator = '']) {
      const found = await administratorOf(hub, administrator)
      await hub.administrators.resetSecondFactor(found.id)
      return { value: found, lines: [`${plainText(found.email)} signs in with the password alone now.`] }
    },
  },
  {
    name: 'administrators password-link',
    operands: ['administrator'],
    options: [],
    summary: 'make a link with which an administrator chooses a password, once',
    async run(hub, [administrator = '']) {
      const found = await administratorOf(hub, administrator)
      const link = await hub.administrators.makePasswordLink(found.id)
      const note = `Append it to the portal's address. It works once, until ${link.expires}.`
      return { value: link, lines: [`/admin/password?token=${link.token}`], note }
    },
  },
  {
    name: 'users list',
    operands: [],
    options: ['search', 'state', 'limit'],
    summary: 'list users',
    run: (hub, _, options) =>
      listOutcome(options, userColumns, (page) => hub.users.list({ ...narrowed(options), sort: 'username', ...page })),
  },
  {
    name: 'users show',
    operands: ['user'],
    options: [],
    summary: 'show a user; USER is an id, a username or an e-mail address',
    run: async (hub, [user = '']) => userOutcome(await hub.users.get(await userIdOf(hub, user))),
  },
  {
    name: 'users create',
    operands: ['username', 'email'],
    options: ['firstname', 'lastname', 'displayname', 'state'],
    summary: 'create a user; --state is STAGED or ACTIVATED',
    run: async (hub, [username = '', email = ''], { firstname, lastname, displayname, state }) =>
      userOutcome(
        await hub.users.create(given({ username, email, firstname, lastname, displayname, state }) as UserCreate),
      ),
  },
  {
    name: 'users suspend',
    operands: ['user'],
    options: ['reason'],
    summary: 'suspend a user',
    run: async (hub, [user = ''], { reason }) =>
      userOutcome(await hub.users.suspend(await userIdOf(hub, user), given({ reason }))),
  },
  {
    name: 'users activate',
    operands: ['user'],
    options: ['reason'],
    summary: 'activate a user',
    run: async (hub, [user = ''], { reason }) =>
      userOutcome(await hub.users.activate(await userIdOf(hub, user), given({ reason }))),
  },
  {
    name: 'directories list',
    operands: [],
    options: [],
    summary: 'list directories with their health',
    async run(hub) {
      const { items } = await hub.directories.list()
      return { value: { items }, lines: tableLines(items, directoryColumns) }
    },
  },
  ...agentsCommands,
  {
    name: 'plans list',
    operands: [],
    options: ['state', 'limit'],
    summary: 'list plans, newest first; --state is quarantined, released, applied or dismissed',
    run: (hub, _, options) =>
      listOutcome(options, planColumns, (page) => hub.plans.list({ ...narrowed(options), ...page })),
  },
  {
    name: 'plans release',
    operands: ['plan'],
    options: ['reason'],
    summary: 'let a held plan’s changes be made; --reason is required',
    run: (hub, [plan = ''], options) => decide(options, (reason) => hub.plans.release(plan, { reason })),
  },
  {
    name: 'plans dismiss',
    operands: ['plan'],
    options: ['reason'],
    summary: 'keep everything as it is; --reason is required',
    run: (hub, [plan = ''], options) => decide(options, (reason) => hub.plans.dismiss(plan, { reason })),
  },
  changesCommand,
]

function accountsText(count: number, failed: number): string {
  return failed === 0 ? String(count) : `${count}, ${failed} failed`
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

function narrowed({ search, state }: CommandOptions): object {
  return given({ search, state })
}

/** Walks the pages of a list up to the wished number of rows. */
async function listOutcome<Row>(
  { limit }: CommandOptions,
  columns: readonly Column<Row>[],
  fetchPage: (page: { limit: number; after?: string }) => Promise<Page<Row>>,
): Promise<Outcome> {
  const wanted = limit === undefined ? defaultRows : Number(limit)
  if (!Number.isSafeInteger(wanted) || wanted < 1) throw new UsageError('--limit must be a whole number above zero.')
  const rows: Row[] = []
  let after: string | undefined
  let total = 0
  do {
    const page = await fetchPage({ limit: Math.min(rowsPerPage, wanted - rows.length), ...given({ after }) })
    rows.push(...page.items)
    total = page.total
    after = page.next
  } while (after !== undefined && rows.length < wanted)
  const note = after === undefined ? {} : { note: `${rows.length} of ${total} shown; --limit shows more.` }
  return { value: { items: rows, total }, lines: tableLines(rows, columns), ...note }
}

function userOutcome(user: UserDetail): Outcome {
  const { username, displayName, email, state, id, department, jobTitle } = user
  const facts = { username, name: displayName, email, state, department, title: jobTitle, id }
  const lines = Object.entries(facts).filter(([, value]) => value !== '')
  return {
    value: user,
    lines: [
      ...lines.map(([name, value]) => `${name.padEnd(12)}${plainText(value)}`),
      ...user.accounts.map(
        ({ directoryName, tie, inStep, error }) =>
          `account     ${plainText(directoryName)}: ${tie}, ${plainText(error?.message ?? (inStep ? 'in step' : 'waits to be written'))}`,
      ),
      ...user.groups.map(({ groupName }) => `group       ${plainText(groupName)}`),
    ],
  }
}

async function userIdOf(hub: HubClient, text: string): Promise<string> {
  if (/^[0-9a-f]{24}$/i.test(text)) return text.toLowerCase()
  const wanted = text.toLowerCase()
  const { items } = await hub.users.list({ search: text, limit: rowsPerPage })
  const found = items.find(({ username, email }) => [username, email].some((name) => name.toLowerCase() === wanted))
  if (found === undefined) throw new Error(`There is no user "${plainText(text)}".`)
  return found.id
}

async function administratorOf(hub: HubClient, text: string): Promise<Administrator> {
  const wanted = text.toLowerCase()
  const { items } = await hub.administrators.list()
  const found = items.find(({ id, email }) => id === wanted || email.toLowerCase() === wanted)
  if (found === undefined) throw new Error(`There is no administrator "${plainText(text)}".`)
  return found
}

async function verifyJournal(hub: HubClient): Promise<Outcome> {
  const report = await hub.journal.verify()
  const { rowsChecked, blocksChecked, rowsUnsealed, faults } = report
  const counted = `${rowsChecked} rows in ${blocksChecked} blocks checked, ${rowsUnsealed} not sealed yet.`
  if (report.ok) return { value: report, lines: [`The journal is whole: ${counted}`] }
  const lines = faults.map(({ text, block }) => `${plainText(text)}${block === undefined ? '' : ` (block ${block})`}`)
  return { value: report, lines: [`The journal was tampered with: ${counted}`, ...lines], isBad: true }
}

async function decide({ reason }: CommandOptions, act: (reason: string) => Promise<PlanRow>): Promise<Outcome> {
  if (reason === undefined) throw new UsageError('Say why with --reason.')
  const plan = await act(reason)
  return { value: plan, lines: [`The plan of ${plainText(plan.sourceName)} is ${plan.state}.`] }
}
