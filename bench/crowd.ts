import { createDatabase } from '../apps/server/src/platform/db/database.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { copyUsers } from './copied-users.ts'
import { startDomainWorld, until } from './domain-world.ts'
import { bothSides, measureLatency } from './latency.ts'
import { startMeasuredHub } from './measured-hub.ts'
import { note } from './report.ts'

const readFromDomain = 10_000
const inAll = 100_000
const original = 'bench-000001'

/**
 * How soon a change of one side is visible on the other in a domain of 10,000 users, and once more when the hub has 100,000 of it: those are
 * written straight into its database, because Samba takes them too slowly.
 */
export async function benchCrowd(): Promise<void> {
  await using measured = await startMeasuredHub()
  await using world = await startDomainWorld({
    hub: measured.hub,
    prepare: async (domain) => {
      note(`adding ${readFromDomain} users to the domain …`)
      await domain.addUsersOffline(readFromDomain)
    },
  })
  const { client, directoryId, domain } = world
  world.startAgent('import-agent')
  const count = async (): Promise<number> => {
    const [row] = await measured.query<{ count: string }>('select count(*) from accounts')
    return Number(row?.count)
  }
  await until(async () => ((await count()) >= readFromDomain ? true : undefined), 500)
  world.startAgent('sync-agent')
  const sides = await bothSides(world)
  await measureLatency(world, sides, `, ${readFromDomain} users`)
  const { items } = await client.users.list({ search: original, directoryId })
  const { accounts } = await client.users.get(items[0]?.id ?? '')
  const database = createDatabase({ connection: measured.connection, log: silentLog, poolSize: 1 })
  try {
    await copyUsers(database, {
      domainId: directoryId,
      guid: accounts[0]?.externalId ?? '',
      username: original,
      count: inAll - readFromDomain,
      containerDn: `OU=Bench,${domain.usersDn}`,
    })
  } finally {
    await database.close()
  }
  note(`the hub has ${await count()} users of the domain`)
  await measureLatency(world, sides, `, ${inAll} users`)
}
