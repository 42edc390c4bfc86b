import type { Refusal } from '@lockstep/contract/app-error'
import type { User } from '../../directory/users/user.rules.ts'
import { changeMany, type ImportedChange, type ImportOptions } from '../../directory/users/user-import.service.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { type NameField, orderRenames, type Rename } from './order-renames.rules.ts'

/** A change of a user with whose present names it takes. */
export interface NamedChange extends ImportedChange {
  readonly takes: Rename['takes']
}

export interface NamedChanges {
  /** The users as they are now; unchanged ones too. */
  readonly users: ReadonlyMap<string, User>
  readonly refusals: ReadonlyMap<string, Refusal>
  /** Fields that stayed as they were, because somebody keeps the name. */
  readonly refused: ReadonlyMap<string, ReadonlySet<NameField>>
}

/** Changes users whose names may move among them; a name that somebody keeps is a refusal, and everything else is changed all the same. */
export async function changeNamedUsers(
  db: Queryable,
  changes: readonly NamedChange[],
  options: ImportOptions,
): Promise<NamedChanges> {
  const renames = changes.map(({ user, input, takes }): Rename => ({
    userId: user.id,
    takes,
    gives: givenUp(user, input),
  }))
  const { steps, refused } = orderRenames(renames)
  const changeOf = new Map(changes.map((change) => [change.user.id as string, change]))
  const users = new Map<string, User>(changes.map(({ user }) => [user.id, user]))
  const refusals = new Map<string, Refusal>()
  for (const [userId, fields] of refused) refusals.set(userId, refusalOf([...fields]))
  for (const { kind, userIds } of steps) {
    const writes = userIds.flatMap((userId): ImportedChange[] => {
      const change = changeOf.get(userId)
      const user = users.get(userId)
      if (change === undefined || user === undefined) return []
      return kind === 'park'
        ? [parking(user, givenUp(user, change.input))]
        : [without(change, user, refused.get(userId))]
    })
    const done = await changeMany(db, writes, options)
    for (const [userId, user] of done.users) users.set(userId, user)
    for (const [userId, refusal] of done.refusals) refusals.set(userId, refusal)
  }
  return { users, refusals, refused }
}

const nameFields: readonly NameField[] = ['username', 'email']

function givenUp(user: User, input: ImportedChange['input']): ReadonlySet<NameField> {
  return new Set(
    nameFields.filter((field) => {
      const next = input[field]
      return typeof next === 'string' && next.toLowerCase() !== user[field].toLowerCase()
    }),
  )
}

function without(change: NamedChange, user: User, fields: ReadonlySet<NameField> | undefined): ImportedChange {
  const { input, set } = change
  const kept = Object.entries(input).filter(([field]) => fields?.has(field as NameField) !== true)
  return { user, input: Object.fromEntries(kept), ...(set === undefined ? {} : { set }) }
}

function parking(user: User, fields: ReadonlySet<NameField>): ImportedChange {
  const names = { username: `parked-${user.id}`, email: `parked-${user.id}@parked.invalid` }
  return { user, input: Object.fromEntries([...fields].map((field) => [field, names[field]])) }
}

function refusalOf(fields: readonly NameField[]): Refusal {
  const code = fields.includes('username') ? 'username_taken' : 'email_taken'
  return {
    ok: false,
    code,
    detail: `Another user has this ${fields.includes('username') ? 'username' : 'e-mail address'}.`,
  }
}
