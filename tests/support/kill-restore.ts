// The domain controller goes back to an old copy of its files, as a virtual machine does that is set back: what happened since is gone
// there, the numbers of its changes begin again below those that were read, and its identity stays the same.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../../dev/src/samba/run-command.ts'
import { changeDomainUser, createDomainUser, setEnabled } from './kill-domain-steps.ts'
import { bind, changeHubUser, createHubUser, setSuspended } from './kill-hub-steps.ts'
import { deal } from './kill-ledger.ts'
import type { Round } from './kill-round.ts'
import type { KillWorld } from './kill-world.ts'

const copied = ['private', 'state'] as const
const copyOf = ({ folder }: KillWorld): string => join(folder, 'copy')

/** Copies the domain controller's files while it is down. */
export async function keepCopy(world: KillWorld): Promise<void> {
  await world.kill('domain controller')
  await mkdir(copyOf(world))
  await runCommand('cp', ['-a', ...copied.map((name) => join(world.folder, 'dc', name)), copyOf(world)])
  await world.restart('domain controller')
}

/**
 * Changes both sides, waits until they agree, and puts the copy back. What the domain has is then taken as it is, but for whoever was
 * suspended in the hub; who was made in the hub meanwhile stays there, without an account. The ledger says what has to be so afterwards.
 */
export async function changeAndRestore(round: Round, agree: () => Promise<unknown>): Promise<void> {
  const { world, ledger, random, number } = round
  const people = deal(
    random,
    ledger.domainBorn.filter((user) => user.enabled && !user.hasLeft),
  )
  const known = deal(
    random,
    ledger.hubBorn.filter((user) => !user.suspended),
  )
  for (const user of people(5)) await changeDomainUser(round, user.guid, { title: `Forgotten ${number}` })
  const [sleeper] = people(1)
  if (sleeper !== undefined) await setEnabled(round, sleeper, false)
  const newcomer = await createDomainUser(round, number * 1000, world.domain.integrationGroupDn)
  for (let index = 1; index <= 3; index += 1) await bind(round, await createHubUser(round, number * 1000 + index))
  const changed = known(5).map((user) => ({ user, before: user.fields['department'] ?? '' }))
  for (const { user } of changed) await changeHubUser(round, user, { department: `Forgotten ${number}` })
  for (const user of known(2)) await setSuspended(round, user, true)
  await agree()
  await putBack(world)
  ledger.suspended.add(newcomer.guid)
  newcomer.hasLeft = true
  if (sleeper !== undefined) sleeper.enabled = true
  for (const { user, before } of changed) user.fields['department'] = before
  ledger.withoutAccount.push(...ledger.hubBorn.splice(-3))
}

async function putBack(world: KillWorld): Promise<void> {
  await world.kill('domain controller')
  for (const name of copied) await rm(join(world.folder, 'dc', name), { recursive: true })
  await runCommand('cp', ['-a', ...copied.map((name) => join(copyOf(world), name)), join(world.folder, 'dc')])
  await world.restart('domain controller')
}
