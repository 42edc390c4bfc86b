// One round of changes: about 250 on each side, of every kind, in random order. Whoever touches a value touches it from one side only
// in a round, so that what has to be true at the end does not depend on who was first.
import {
  createDomainUser,
  changeDomainUser,
  changeWrittenUser,
  renameDomainUser,
  moveDomainUser,
  setEnabled,
  joinDomainGroup,
  leaveScope,
} from './kill-domain-steps.ts'
import {
  createHubUser,
  createRenamedGroup,
  renameGroup,
  bind,
  changeHubUser,
  renameHubUser,
  setSuspended,
  joinGroup,
  joinGroupByGuid,
  leaveGroup,
} from './kill-hub-steps.ts'
import { deal } from './kill-ledger.ts'
import type { Round } from './kill-round.ts'
import type { KillWorld } from './kill-world.ts'
import type { Random } from './random.ts'

/** Steps of one subject, done one after the other. */
type Task = () => Promise<void>

const tasksAtOnce = 4
const hubGroups = ['Kill Alpha', 'Kill Beta'] as const
const domainGroups = ['Sales', 'Product', 'Engineering', 'Quality'] as const

/** Makes the groups that later rounds put people into. */
export async function makeBoundGroups(world: KillWorld): Promise<ReadonlyMap<string, string>> {
  const groups = new Map<string, string>()
  for (const name of hubGroups) {
    const { id } = await world.hub.groups.create({ name, description: 'Made in the hub' })
    await world.hub.groups.bind(id, world.directoryId)
    groups.set(name, id)
  }
  return groups
}

/** Does everything; resolves when each change was acknowledged by the side that it was made on. */
export async function changeBothSides(round: Round): Promise<void> {
  const hub = hubTasks(round)
  const domain = domainTasks(round)
  await Promise.all([work(round.random, hub), work(round.random, domain)])
}

/** Several workers take tasks until there are none; the first failure ends it. */
async function work(random: Random, tasks: readonly Task[]): Promise<void> {
  const next = deal(random, tasks)
  const worker = async (): Promise<void> => {
    for (let [task] = next(1); task !== undefined; [task] = next(1)) await task()
  }
  await Promise.all(Array.from({ length: tasksAtOnce }, worker))
}

function hubTasks(round: Round): Task[] {
  const { random, ledger, number } = round
  const known = deal(
    random,
    ledger.hubBorn.filter((user) => !user.suspended),
  )
  const sleepers = deal(
    random,
    ledger.hubBorn.filter((user) => user.suspended),
  )
  const leaving = deal(
    random,
    ledger.memberships.filter((row) => row.present && row.userId !== undefined && !row.isBinding),
  )(3)
  const people = deal(
    random,
    ledger.domainBorn.filter(
      (user) => user.enabled && !user.hasLeft && !user.isAlone && !leaving.some((row) => row.guid === user.guid),
    ),
  )
  const make = Array.from({ length: 95 }, (_, index): Task => async () => {
    const user = await createHubUser(round, number * 1000 + index)
    if (index % 3 === 0) await joinGroup(round, user, hubGroups[index % 2] ?? 'Kill Alpha', true)
    else await bind(round, user)
    if (index % 6 === 1) await joinGroup(round, user, domainGroups[index % 4] ?? 'Sales')
    if (index % 4 === 0)
      await changeHubUser(round, user, { department: `Department ${number}.${index}`, lastname: `Wed${index}` })
    if (index % 25 === 5) await renameHubUser(round, user)
    if (index % 30 === 7) await setSuspended(round, user, true)
  })
  const groups = deal(random, ledger.groups)
  return [
    ...make,
    ...Array.from(
      { length: 8 },
      (_, index): Task =>
        () =>
          createRenamedGroup(round, index),
    ),
    ...groups(4).map(
      (group): Task =>
        () =>
          renameGroup(round, group, `${group.name} r${number}`),
    ),
    ...known(3).map(
      (user): Task =>
        () =>
          setSuspended(round, user, true),
    ),
    ...known(10).map(
      (user): Task =>
        () =>
          changeHubUser(round, user, { department: `Moved in ${number}`, firstname: `New${number}` }),
    ),
    ...known(3).map(
      (user): Task =>
        () =>
          renameHubUser(round, user),
    ),
    ...sleepers(2).map(
      (user): Task =>
        () =>
          setSuspended(round, user, false),
    ),
    ...people(20).map(
      (user, index): Task =>
        () =>
          joinGroupByGuid(round, user, hubGroups[index % 2] ?? 'Kill Alpha'),
    ),
    ...leaving.map(
      (row): Task =>
        () =>
          leaveGroup(round, row),
    ),
  ]
}

function domainTasks(round: Round): Task[] {
  const { random, ledger, number } = round
  const present = ledger.domainBorn.filter((user) => !user.hasLeft)
  const known = deal(random, present)
  const any = deal(
    random,
    present.filter((user) => user.enabled && !user.isAlone),
  )
  const sleepers = deal(
    random,
    ledger.domainBorn.filter((user) => !user.enabled),
  )
  const alone = deal(
    random,
    present.filter((user) => user.isAlone && user.enabled),
  )
  const writtenHere = deal(random, ledger.hubBorn)
  const make = Array.from({ length: 90 }, (_, index): Task => async () => {
    const group = index % 3 === 0 ? `Nested ${number}` : round.world.domain.integrationGroupDn
    const user = await createDomainUser(round, number * 1000 + index, group)
    if (index % 9 === 0) await changeDomainUser(round, user.guid, { sn: `Changed ${number}.${index}` })
    if (index % 15 === 1) await renameDomainUser(round, user)
  })
  return [
    ...make,
    ...known(25).map(
      (user): Task =>
        () =>
          changeDomainUser(round, user.guid, { title: `Title ${number}`, department: `Kept ${number}` }),
    ),
    ...known(8).map(
      (user): Task =>
        () =>
          renameDomainUser(round, user),
    ),
    ...known(5).map(
      (user): Task =>
        () =>
          moveDomainUser(round, user),
    ),
    ...any(2).map(
      (user): Task =>
        () =>
          setEnabled(round, user, false),
    ),
    ...sleepers(1).map(
      (user): Task =>
        () =>
          setEnabled(round, user, true),
    ),
    ...any(10).map(
      (user, index): Task =>
        () =>
          joinDomainGroup(round, user, domainGroups[index % 4] ?? 'Sales'),
    ),
    ...alone(1).map(
      (user): Task =>
        () =>
          leaveScope(round, user),
    ),
    ...writtenHere(8).map(
      (user): Task =>
        () =>
          changeWrittenUser(round, user),
    ),
  ]
}
