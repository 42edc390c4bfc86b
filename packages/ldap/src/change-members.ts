import type { DirectoryClient } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'
import type { DirectoryErrorKind } from './directory-error-kind.ts'
import { escapeFilterValue } from './escape.ts'

/** Members to put in and take out of a group, as DNs or `<GUID=…>`. */
export interface MemberChanges {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

// Active Directory advises to keep a transaction below 5,000 values.
const batchSize = 1000

// What servers say when a value is already (not) there although the permissive control was sent; Samba ignores it for member.
const disputable: ReadonlySet<DirectoryErrorKind> = new Set([
  'already_exists',
  'no_such_attribute',
  'unwilling',
  'value_exists',
])

/**
 * Makes the given objects members or not members of a group, whatever they were before. Rejects with a DirectoryError when
 * one cannot be changed; what was changed before it stays.
 */
export async function changeMembers(client: DirectoryClient, groupDn: string, changes: MemberChanges): Promise<void> {
  for (const operation of ['add', 'delete'] as const) {
    const members = operation === 'add' ? changes.add : changes.remove
    for (let start = 0; start < members.length; start += batchSize) {
      await changeBatch(client, { groupDn, operation, members: members.slice(start, start + batchSize) })
    }
  }
}

interface Batch {
  readonly groupDn: string
  readonly operation: 'add' | 'delete'
  readonly members: readonly string[]
}

// A refused batch is halved until the members that are already right stand alone; the depth is at most ten.
async function changeBatch(client: DirectoryClient, batch: Batch): Promise<void> {
  const { groupDn, operation, members } = batch
  try {
    await client.modify(groupDn, [{ operation, attribute: 'member', values: members }], { permissive: true })
  } catch (error) {
    if (!(error instanceof DirectoryError) || !disputable.has(error.kind)) throw error
    if (members.length > 1) {
      const middle = members.length >> 1
      await changeBatch(client, { ...batch, members: members.slice(0, middle) })
      await changeBatch(client, { ...batch, members: members.slice(middle) })
    } else if ((await isMember(client, groupDn, members[0] ?? '')) !== (operation === 'add')) {
      throw error
    }
  }
}

async function isMember(client: DirectoryClient, groupDn: string, member: string): Promise<boolean> {
  const filter = `(member=${escapeFilterValue(member)})`
  for await (const page of client.search({ base: groupDn, scope: 'base', filter, attributes: ['objectGUID'] })) {
    if (page.length > 0) return true
  }
  return false
}
