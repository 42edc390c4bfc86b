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
}

/** Every change moves counts and health, so those go with each; the subject's own page goes when the event names it. */
export function touchedBy(events: readonly ChangeEvent[]): Touched {
  const keys = new Map<string, readonly string[]>()
  const lists = new Set<string>(events.length > 0 ? ['journal'] : [])
  const add = (...key: string[]): void => void keys.set(key.join('/'), key)
  for (const { subjectKind, subjectId } of events) {
    const room = rooms[subjectKind]
    if (room === undefined) {
      // Bindings, accounts, memberships and what later hubs add: any open page may show it.
      for (const each of ['users', 'groups', 'directories', 'plans']) {
        add(each, 'detail')
        lists.add(each)
      }
    } else if (room === 'users' || room === 'groups') {
      add(room, 'detail', subjectId)
      add(room, 'explanation', subjectId)
      lists.add(room)
    } else add(room)
    if (room !== undefined) lists.add(room)
  }
  if (events.length > 0) {
    add('directories')
    add('plans', 'held')
    add('journal', 'recent')
    add('users', 'count')
    add('groups', 'count')
  }
  return { keys: [...keys.values()], lists: [...lists] }
}
