import type { ChangeEvent } from '@lockstep/contract/hub/journal'

/** What an event touches: query keys to fetch anew, and lists that may show other rows now. */
export interface Touched {
  readonly keys: readonly (readonly string[])[]
  readonly lists: readonly string[]
}

const rooms: Readonly<Record<string, string>> = {
  user: 'users',
  group: 'groups',
  directory: 'directories',
  agent: 'directories',
  plan: 'plans',
  administrator: 'administrators',
  api_key: 'api-keys',
  role: 'roles',
  settings: 'settings',
  service_account: 'service-accounts',
  bulk_job: 'bulk-jobs',
  notice: 'notices',
  integration: 'integrations',
}

/** Lists within pages that show rows of this kind; their names begin so. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  user: ['members'],
  plan: ['plan-items'],
  directory: ['problems'],
}

/** True for the event that stands for more changes than are told one by one. */
export const isBurst = ({ subjectKind }: ChangeEvent): boolean => subjectKind === 'many'

/** Every change moves counts and health, so those go with each; the subject's own page goes when the event names it. */
export function touchedBy(events: readonly ChangeEvent[]): Touched {
  const keys = new Map<string, readonly string[]>()
  const lists = new Set<string>(events.length > 0 ? ['journal'] : [])
  const add = (...key: string[]): void => void keys.set(key.join('/'), key)
  for (const { subjectKind, subjectId, action } of events) {
    const room = rooms[subjectKind]
    if (room === undefined) {
      // Bindings, accounts, memberships and what later hubs add: any open page may show it.
      for (const each of ['users', 'groups', 'directories', 'plans']) {
        add(each, 'detail')
        lists.add(each)
      }
      for (const part of Object.values(partsOf).flat()) lists.add(part)
    } else if (room === 'users' || room === 'groups') {
      add(room, 'detail', subjectId)
      add(room, 'explanation', subjectId)
      if (room === 'groups') add(room, 'suggestions', subjectId)
      lists.add(room)
    } else if (room !== 'plans') {
      // The list of plans says by itself that it moved on; what else shows plans goes with every change, below.
      add(room)
    }
    if (room !== undefined) lists.add(room)
    for (const part of partsOf[subjectKind] ?? []) lists.add(part)
    if (subjectKind === 'user' && (action.endsWith('_group') || action === 'user.delete')) {
      // A membership is written with its user, and ends with them; the group's page and count change with it.
      add('groups', 'detail')
      lists.add('groups')
    }
  }
  if (events.length > 0) {
    add('directories')
    add('plans', 'held')
    // What is done of a released plan is told by what it changes, not by the plan.
    add('plans', 'detail')
    add('journal', 'recent')
    add('users', 'count')
    add('groups', 'count')
    // A bulk action begun elsewhere shows itself by what it changes.
    add('bulk-actions', 'all')
  }
  return { keys: [...keys.values()], lists: [...lists] }
}
