import { performance } from 'node:perf_hooks'
import { systemClock } from '@lockstep/kernel/clock'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import type { Database } from '../apps/server/src/platform/db/database.ts'
import { createComparisonService } from '../apps/server/src/processes/ad/comparison.service.ts'
import { createComparisonWork } from '../apps/server/src/processes/ad/comparison-work.ts'
import { type DomainFixture, domainFixture, groupObject, guidOf, origin, userObject } from '../tests/domain-fixture.ts'
import { copyUsers } from './copied-users.ts'
import { note, report } from './report.ts'

const users = 100_000
/** Every so-manieth user differs in one field. */
const plantedEvery = 100

/** Compares a domain of many users with the hub, without agents: mirror, users and accounts are written straight into the database. */
export async function benchComparison(): Promise<void> {
  await using domain = await domainFixture()
  const { database, plans, importer } = domain
  await loadDomain(domain)
  note(`${users} users are loaded`)
  const clock = systemClock
  const journal = createJournalService({ database, clock })
  const needs = { database, clock, plans, importer, journal, announce: () => {} }
  const comparisons = createComparisonService(needs)
  const work = createComparisonWork(needs)
  await pretendRead(database)
  const { id } = await comparisons.start(origin, domain.domain.id)
  await database.execute({ text: 'update ad_domains set last_full_read_at = now()' })
  const memoryBefore = process.memoryUsage.rss()
  let highest = memoryBefore
  const begun = performance.now()
  while (await work.work()) highest = Math.max(highest, process.memoryUsage.rss())
  const seconds = (performance.now() - begun) / 1000
  const { state, found } = await comparisons.get(origin.actor, { directoryId: domain.domain.id, comparisonId: id })
  const planted = users / plantedEvery
  if (state !== 'done' || found !== planted) throw new Error(`${state}: ${found} differences of ${planted} were found`)
  const bench = 'comparison'
  report({ bench, metric: `${users} users compared`, value: users / seconds, unit: 'users/s' })
  report({ bench, metric: 'more memory, at most', value: (highest - memoryBefore) / 2 ** 20, unit: 'MB' })
}

/** An import agent that answers, as far as the hub can tell. */
async function pretendRead(database: Database): Promise<void> {
  const text = `update ad_agents set public_key = 'x', contact_at = now() + interval '1 hour', directory_reachable = true`
  await database.execute({ text })
}

/** A domain of copies of one user. */
async function loadDomain({ database, domain, full }: DomainFixture): Promise<void> {
  const attributes = { title: 'Engineer', department: 'R&D', telephoneNumber: '1' }
  await full([userObject('first', { attributes }), groupObject('Lockstep', { members: ['first'] })])
  const containerDn = 'OU=Lockstep,DC=corp,DC=example'
  await copyUsers(database, {
    ...{ domainId: domain.id, guid: guidOf('first'), username: 'first', count: users, containerDn },
  })
  await database.execute({
    text: `update users set attributes = attributes || '{"jobTitle": "Planted"}'
      where username ~ '^u[0-9]+$' and substr(username, 2)::integer % $1 = 0`,
    values: [plantedEvery],
  })
}
