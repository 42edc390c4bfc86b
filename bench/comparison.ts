import { performance } from 'node:perf_hooks'
import { systemClock } from '@lockstep/kernel/clock'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import type { Database } from '../apps/server/src/platform/db/database.ts'
import { createComparisonService } from '../apps/server/src/processes/ad/comparison.service.ts'
import { createComparisonWork } from '../apps/server/src/processes/ad/comparison-work.ts'
import { type DomainFixture, domainFixture, groupObject, guidOf, origin, userObject } from '../tests/domain-fixture.ts'
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

/** Copies the first user, each copy with names of its own. */
async function loadDomain({ database, domain, full }: DomainFixture): Promise<void> {
  const attributes = { title: 'Engineer', department: 'R&D', telephoneNumber: '1' }
  await full([userObject('first', { attributes }), groupObject('Lockstep', { members: ['first'] })])
  const copy = (text: string): Promise<number> =>
    database.execute({ text, values: [domain.id, users, guidOf('first')] })
  const guid = `md5('object ' || n)::uuid`
  const id = `lpad(to_hex(n + 1000), 24, '0')`
  const dn = `'CN=u' || n || ',OU=Lockstep,DC=corp,DC=example'`
  const names = (login: string, mail: string): string =>
    `jsonb_build_object('${login}', 'u' || n, '${mail}', 'u' || n || '@corp.example')`
  await copy(`insert into ad_objects (domain_id, guid, kind, parent_guid, dn, attributes, unreadable, in_scope, read_id, dirty)
    select domain_id, ${guid}, kind, parent_guid, ${dn}, attributes || ${names('sAMAccountName', 'mail')}, unreadable, true,
      read_id, false
    from ad_objects, generate_series(1, $2::integer) as n where domain_id = $1 and guid = $3`)
  await copy(`insert into ad_edges (domain_id, group_guid, member_guid)
    select domain_id, group_guid, ${guid} from ad_edges, generate_series(1, $2::integer) as n
    where domain_id = $1 and member_guid = $3`)
  const columns = await database.query<{ name: string }>({
    text: `select column_name as name from information_schema.columns where table_name = 'users' and is_generated = 'NEVER'
      and is_identity = 'NO' and column_name not in ('id', 'username', 'email', 'attributes')`,
  })
  const others = columns.map(({ name }) => name).join(', ')
  await copy(`insert into users (id, username, email, attributes, ${others})
    select ${id}, 'u' || n, 'u' || n || '@corp.example', jsonb_set(attributes, '{external_dn}', to_jsonb(${dn})), ${others}
    from users, generate_series(1, $2::integer) as n
    where username = 'first' and $1::text is not null and $3::uuid is not null`)
  await copy(`insert into accounts (id, directory_id, user_id, external_id, external_name, made_by, wanted, agreed, enabled, created)
    select ${id}, directory_id, ${id}, ${guid}, ${dn}, made_by, wanted, agreed || ${names('username', 'email')}, enabled, created
    from accounts, generate_series(1, $2::integer) as n where directory_id = $1 and external_id = $3`)
  await database.execute({
    text: `update users set attributes = attributes || '{"jobTitle": "Planted"}'
      where username ~ '^u[0-9]+$' and substr(username, 2)::integer % $1 = 0`,
    values: [plantedEvery],
  })
  await database.execute({ text: 'update accounts set applied_revision = desired_revision' })
  await database.execute({ text: 'analyze' })
}
