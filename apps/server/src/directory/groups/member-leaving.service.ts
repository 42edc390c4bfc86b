import { parseId } from '@lockstep/kernel/ids'
import * as sets from './member-set.store.ts'
import type { MembershipOptions } from './membership.service.ts'
import * as members from './membership.store.ts'
import * as nestings from './nesting.store.ts'

/** Members that a change takes out of a group. */
export interface Leaving {
  readonly users: readonly sets.NamedUser[]
  /** With how many users are in each. */
  readonly groups: readonly { readonly id: string; readonly name: string; readonly userCount: number }[]
}

/** Who is taken out, by what is in the group now; a value that one change adds and a later one removes is no loss. */
export async function leaving(
  { database }: Pick<MembershipOptions, 'database'>,
  groupId: string,
  wanted: readonly { readonly verb: 'add' | 'remove' | 'replace'; readonly values: readonly string[] }[],
): Promise<Leaving> {
  if (wanted.every(({ verb }) => verb === 'add')) return { users: [], groups: [] }
  const isAll = wanted.some(({ verb }) => verb === 'replace')
  const named = wanted.flatMap(({ verb, values }) =>
    verb === 'remove' ? values.map((value) => parseId(value) ?? value) : [],
  )
  const users = isAll
    ? await sets.listDirectMembers(database, groupId)
    : [...(await sets.listDirectAmong(database, groupId, named))]
  const groups = await nestings.listIn(database, [groupId])
  const left = new Set([...users, ...groups.map(({ memberGroupId }) => memberGroupId)])
  const stay = new Set(left)
  for (const { verb, values } of wanted) {
    const ids = new Set(values.map((value) => parseId(value) ?? value))
    if (verb === 'replace') for (const id of left) if (!ids.has(id)) stay.delete(id)
    if (verb === 'remove') for (const id of ids) stay.delete(id)
    else for (const id of ids) stay.add(id)
  }
  const gone = groups.filter(({ memberGroupId }) => !stay.has(memberGroupId))
  const counts = await members.countsByGroup(
    database,
    gone.map(({ memberGroupId }) => memberGroupId),
  )
  return {
    users: await sets.namesOf(
      database,
      users.filter((id) => !stay.has(id)),
    ),
    groups: gone.map(({ memberGroupId: id, name }) => ({ id, name, userCount: counts.get(id) ?? 0 })),
  }
}
