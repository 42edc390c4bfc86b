import { systemClock } from '@lockstep/kernel/clock'
import { openBindConnection } from '@lockstep/ldap/bind-connection'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import { createPasswordHasher } from '../apps/server/src/platform/crypto/password-hash.ts'
import { createWakeups } from '../apps/server/src/platform/db/wakeups.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { createDelegation } from '../apps/server/src/processes/ad/create-delegation.ts'
import { makeCompany } from '../dev/src/company/company.ts'
import { testDatabase } from '../tests/database.ts'
import { startHub } from '../tests/hub.ts'
import { databaseUrl } from '../tests/support/database-url.ts'
import { type DomainWorld, startDomainWorld, until } from './domain-world.ts'
import { quantile } from './load-result.ts'
import { note, report } from './report.ts'

const people = 40
const atOnce = 32
const turns = 5
const turnMs = 3000
const password = 'Bench-password-1'

interface Subject {
  readonly id: string
  readonly dn: string
}

/** What was done in one turn. */
interface Turn {
  readonly perSecond: number
  readonly tookMs: readonly number[]
}

/**
 * Delegated sign-ins per second, asked at one hub and answered through an agent that waits at another, beside the same binds without hub
 * and agent: a connection for each, as programs do it that know no better, and again on as many warm connections as the agent has.
 */
export async function benchDelegation(): Promise<void> {
  const own = await testDatabase()
  const hub = await startHub({ env: { DATABASE_URL: databaseUrl(own.connection) } })
  const { database } = own
  const wakeups = createWakeups({ database, log: silentLog })
  const parts = createDelegation({
    ...{ database, clock: systemClock, log: silentLog, wakeups, hasher: createPasswordHasher() },
    journal: createJournalService({ database, clock: systemClock }),
    announce: () => undefined,
  })
  try {
    await using world = await startDomainWorld({ company: makeCompany({ people: 200, seed: 1 }), hub })
    await world.client.directories.update(world.directoryId, { behaviour: { delegatedAuthority: 'directory' } })
    world.startAgent('import-agent')
    const subjects = await prepared(world)
    const signIn = async ({ id }: Subject): Promise<void> => {
      const { outcome } = await parts.delegation.validateByDomain({ userId: id, password })
      if (outcome !== 'valid') throw new Error(`a sign-in was answered with ${outcome}`)
    }
    // Whatever is kept at first sign-ins is kept before anything is measured.
    for (const subject of subjects) await signIn(subject)
    await compare(world, subjects, signIn)
  } finally {
    parts.forgetSignInChecks()
    await wakeups.close()
    await hub.stop()
    await own.drop()
  }
}

async function prepared({ client, administrator, directoryId }: DomainWorld): Promise<readonly Subject[]> {
  const rows = await until(async () => {
    const { items } = await client.users.list({ directoryId, limit: 100 })
    const active = items.filter(({ state }) => state === 'ACTIVATED')
    return active.length >= people ? active.slice(0, people) : undefined
  }, 100)
  const subjects: Subject[] = []
  for (const { id } of rows) {
    const guid = (await client.users.get(id)).accounts[0]?.externalId ?? ''
    const entry = await administrator.read(`<GUID=${guid}>`, ['cn'])
    if (entry === undefined) throw new Error('an account is gone')
    await administrator.modify(entry.dn, [setPasswordChange(password)])
    subjects.push({ id, dn: entry.dn })
  }
  await until(async () => {
    const { delegation } = await client.directories.get(directoryId)
    return delegation.state === 'active' ? true : undefined
  }, 100)
  return subjects
}

async function compare(
  { importSignIn }: DomainWorld,
  subjects: readonly Subject[],
  signIn: (subject: Subject) => Promise<void>,
): Promise<void> {
  const raw = async ({ dn }: Subject): Promise<void> => {
    const said = await verifyPassword({ ...importSignIn, bindDn: dn, password })
    if (said !== 'accepted') throw new Error(`a bind was answered with ${said}`)
  }
  const warm = await Promise.all(Array.from({ length: 8 }, () => openBindConnection(importSignIn, 10_000)))
  const rebind = async ({ dn }: Subject, worker: number): Promise<void> => {
    await warm[worker % warm.length]?.tryPassword(dn, password, 10_000)
  }
  const all: Record<'raw' | 'warm' | 'delegated', Turn[]> = { raw: [], warm: [], delegated: [] }
  for (let turn = 0; turn < turns; turn += 1) {
    note(`turn ${turn + 1} of ${turns}`)
    all.raw.push(await load(subjects, raw, 8))
    all.warm.push(await load(subjects, rebind, warm.length))
    all.delegated.push(await load(subjects, signIn, atOnce))
  }
  await Promise.all(warm.map((connection) => connection.close()))
  tell(all)
}

/** As many at one time as said, for one turn; everybody has a turn after the other. */
async function load(
  subjects: readonly Subject[],
  work: (subject: Subject, worker: number) => Promise<void>,
  workers: number,
): Promise<Turn> {
  const began = performance.now()
  const tookMs: number[] = []
  let next = 0
  const run = async (worker: number): Promise<void> => {
    while (performance.now() - began < turnMs) {
      const subject = subjects[next % subjects.length]
      next += 1
      if (subject === undefined) return
      const at = performance.now()
      await work(subject, worker)
      tookMs.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)))
  return { perSecond: (tookMs.length * 1000) / (performance.now() - began), tookMs }
}

function tell({ raw, warm, delegated }: Record<'raw' | 'warm' | 'delegated', readonly Turn[]>): void {
  const median = (numbers: readonly number[]): number =>
    quantile(
      numbers.toSorted((a, b) => a - b),
      0.5,
    )
  const perSecond = (rows: readonly Turn[]): number => median(rows.map((turn) => turn.perSecond))
  const ratios = (peers: readonly Turn[]): number =>
    median(delegated.map((turn, index) => turn.perSecond / (peers[index]?.perSecond ?? Number.NaN)))
  const took = delegated.flatMap(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  const bench = 'delegation'
  report({ bench, metric: 'binds with a connection each, 8 at once', value: perSecond(raw), unit: '/s' })
  report({ bench, metric: 'binds on 8 warm connections', value: perSecond(warm), unit: '/s' })
  const metric = `delegated sign-ins, ${atOnce} at once`
  const value = perSecond(delegated)
  report({ bench, metric, value, unit: '/s', ratio: ratios(raw), peer: 'binds with a connection each' })
  report({ bench, metric, value, unit: '/s', ratio: ratios(warm), peer: 'binds on warm connections' })
  report({ bench, metric: 'p50 of a delegated sign-in', value: quantile(took, 0.5), unit: 'ms' })
  report({ bench, metric: 'p95 of a delegated sign-in', value: quantile(took, 0.95), unit: 'ms' })
}
