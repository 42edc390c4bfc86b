import { text } from '@lockstep/ldap/text'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { makeCompany } from '../dev/src/company/company.ts'
import { testDatabase, type TestDatabase } from '../tests/database.ts'
import { type Hub, startHub } from '../tests/hub.ts'
import { databaseUrl } from '../tests/support/database-url.ts'
import { type DomainWorld, startDomainWorld, until } from './domain-world.ts'
import { dnOf, type Subject } from './latency.ts'
import { quantile } from './load-result.ts'
import { note, report } from './report.ts'

const bench = 'passwords'
const changes = 60
const people = 10
const pollMs = 4

/** How soon a password that is set on one side signs in on the other, one change at a time, in a domain of 200 people with both agents. */
export async function benchPasswords(): Promise<void> {
  const own = await testDatabase()
  const hub = await startHub({ env: { DATABASE_URL: databaseUrl(own.connection) } })
  try {
    await using world = await startDomainWorld({ company: makeCompany({ people: 200, seed: 1 }), hub })
    await world.client.directories.update(world.directoryId, { behaviour: { passwordCapture: ['nt_hash'] } })
    // As every change would be refused that comes within a day of another.
    await world.domain.sambaTool(['domain', 'passwordsettings', 'set', '--min-pwd-age=0', '--history-length=0'])
    world.startAgent('import-agent', ['--capture-socket', world.domain.privilegedSocket])
    world.startAgent('sync-agent')
    const subjects = await prepared(world, own)
    note('both sides are in step')
    const sides = { world, hub, own, subjects }
    const alone = await times(sides, async ({ dn }, password) => setInDomain(world, dn, password))
    tell('a password set by LDAP alone', alone)
    tell(
      'set in the hub until it signs in to the domain',
      await times(sides, (subject, password) => fromHub(sides, subject, password)),
    )
    tell(
      'set in the domain until it signs in to the hub',
      await times(sides, (subject, password) => fromDomain(sides, subject, password)),
    )
  } finally {
    await hub.stop()
    await own.drop()
  }
}

interface Person extends Subject {
  readonly username: string
}

interface Sides {
  readonly world: DomainWorld
  readonly hub: Hub
  readonly own: TestDatabase
  readonly subjects: readonly Person[]
}

/** People who get a password that the hub captures, when the sync agent can write too: most of the company have none. */
async function prepared(world: DomainWorld, own: TestDatabase): Promise<readonly Person[]> {
  const { database } = own
  const rows = await until(async () => {
    const writers = await database.query({
      text: `select from ad_agents where kind = 'SYNC' and sealing_key is not null`,
    })
    const found = await database.query<{ id: string; username: string }>({
      text: `select id, username from users where state = 'ACTIVATED' order by id limit ${people}`,
    })
    return writers.length > 0 && found.length === people ? found : undefined
  }, 100)
  const subjects: Person[] = []
  for (const { id, username } of rows) {
    const dn = await dnOf(world.administrator, world.domain.baseDn, username)
    await setInDomain(world, dn, `Bench-${crypto.randomUUID()}`)
    await until(async () => ((await revisionOf(own, id)) > 0 ? true : undefined), 100)
    subjects.push({ id, username, dn })
  }
  return subjects
}

async function revisionOf({ database }: TestDatabase, userId: string): Promise<number> {
  const query = { text: 'select revision from user_password_revisions where user_id = $1', values: [userId] }
  return (await database.query<{ revision: number }>(query))[0]?.revision ?? 0
}

async function times(
  { subjects }: Sides,
  change: (subject: Person, password: string) => Promise<number | void>,
): Promise<readonly number[]> {
  const taken: number[] = []
  for (let round = 0; round < changes; round += 1) {
    const subject = subjects[round % subjects.length]
    if (subject === undefined) throw new Error('there is nobody to change')
    const began = performance.now()
    const tookMs = await change(subject, `Bench-${crypto.randomUUID()}`)
    taken.push(tookMs ?? performance.now() - began)
  }
  return taken.toSorted((a, b) => a - b)
}

async function setInDomain({ administrator }: DomainWorld, dn: string, password: string): Promise<void> {
  await administrator.modify(dn, [setPasswordChange(password)])
}

/** Looked for by its time, because binds that fail would keep the domain controller busy; then tried. */
async function fromHub({ world, hub }: Sides, { id, dn }: Person, password: string): Promise<number> {
  const lastSet = async (): Promise<string | undefined> => {
    const entry = await world.administrator.read(dn, ['pwdLastSet'])
    return entry && text(entry, 'pwdLastSet')
  }
  const before = await lastSet()
  const began = performance.now()
  const headers = { 'x-api-key': hub.apiKey, 'content-type': 'application/json' }
  const body = JSON.stringify({ password })
  const answer = await fetch(`${hub.url}/api/systemusers/${id}`, { method: 'PUT', headers, body })
  if (!answer.ok) throw new Error(`a password was refused with ${answer.status}`)
  const ended = await until(async () => ((await lastSet()) === before ? undefined : performance.now()), pollMs)
  const said = await verifyPassword({ ...world.importSignIn, bindDn: dn, password })
  if (said !== 'accepted') throw new Error(`a delivered password was answered with ${said}`)
  return ended - began
}

/** Looked for in the database, because each try at the door would be counted; then tried. */
async function fromDomain({ world, hub, own }: Sides, { id, dn, username }: Person, password: string): Promise<number> {
  const before = await revisionOf(own, id)
  const began = performance.now()
  await setInDomain(world, dn, password)
  const ended = await until(async () => ((await revisionOf(own, id)) > before ? performance.now() : undefined), pollMs)
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name: username, password })
  const answer = await fetch(`${hub.url}/portal/v1/session`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`a captured password did not sign in: ${answer.status}`)
  return ended - began
}

function tell(metric: string, taken: readonly number[]): void {
  for (const [name, share] of [
    ['p50', 0.5],
    ['p95', 0.95],
  ] as const)
    report({ bench, metric: `${name}, ${metric}, ${changes} changes`, value: quantile(taken, share), unit: 'ms' })
}
