// Users as resources of this protocol.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import { withFieldLocks } from '../../directory/integrations/field-lock.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import { type HeldKind, readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { takeAway, withoutHeld } from '../../processes/integrations/take-away.ts'
import type { TakeawayService } from '../../processes/integrations/takeaway.service.ts'
import { mayChange, requireOwn } from './ownership.ts'
import type { ResourceStore, Stored, Wanted } from './resource-store.ts'
import type { ResourceType } from './schema.ts'
import type { Caller } from './scim-request.ts'
import { userColumns } from './user-fields.ts'
import { toChange, toResource, type UserChange, type UserRules, withManager } from './user-mapping.ts'
import { shownWithUsers } from './user-surroundings.ts'
import { findTakeover } from './user-takeover.ts'

export interface ScimUserOptions {
  readonly users: UserService
  readonly userSearch: UserSearchService
  readonly groupSearch: GroupSearchService
  readonly integrations: Pick<IntegrationService, 'find' | 'ids'>
  readonly takeaways: Pick<TakeawayService, 'ask' | 'withdraw'>
  readonly clock: Clock
}

/** Where imported users come from, in JumpCloud's words. */
const creationSource = 'jumpcloud:scim'

interface StoredUser extends Stored {
  readonly user: User
}

type Settled = Pick<UserChange, 'input' | 'set'>

export function createScimUsers(options: ScimUserOptions, type: ResourceType): ResourceStore {
  const { users, userSearch, integrations } = options
  return {
    type,
    columns: ({ integration, mapping }) => userColumns({ ...integration, direct: mapping.direct }),
    async get(caller, id) {
      const user = await users.get(caller.actor, id)
      const { removedBy, held } = readFurther(user.further)
      // Whom a client took for deleted is not there, though the hub keeps them.
      if (removedBy !== undefined || held?.[caller.integration.id] === 'delete')
        throw new AppError('not_found', { field: 'id' })
      return stored(caller, user)
    },
    list: async (caller, listing) => {
      const found = await userSearch.list(caller.actor, { ...listing, viewer: caller.integration.id })
      return found.map((user) => stored(caller, user))
    },
    count: (caller, where) => userSearch.count(caller.actor, where, caller.integration.id),
    computed: (caller, rows, isShown) => shownWithUsers(options, caller, { rows, isShown }),
    create: (caller, wanted) => create(options, caller, wanted),
    async change(caller, present, { resource }) {
      const { user } = present as StoredUser
      await requireOwn(integrations, caller, { madeBy: readFurther(user.further).madeBy, name: user.username })
      return apply(options, caller, { user, resource, madeBy: undefined })
    },
    async remove(caller, present) {
      const { user } = present as StoredUser
      const { integration } = caller
      await requireOwn(integrations, caller, { madeBy: readFurther(user.further).madeBy, name: user.username })
      const wasHeld = readFurther(user.further).held?.[integration.id] !== undefined
      if ((await asked(options, caller, { user, kind: 'delete' })) === 'held') {
        await users.change(caller.origin, user.id, {
          input: {},
          set: { further: toFurther(markedHeld(readFurther(user.further), integration.id, 'delete')) },
          revision: user.revision,
        })
        return
      }
      await takeAway(users, caller.origin, { user, kind: 'delete', integration })
      if (wasHeld) await options.takeaways.withdraw(integration, user.id)
    },
  }
}

function stored(caller: Caller, user: User & { readonly sortValue?: string | null }): StoredUser {
  return {
    id: user.id,
    resource: toResource(user, rulesOf(caller)),
    created: user.created,
    lastModified: user.updated,
    version: String(user.revision),
    sortValue: user.sortValue ?? null,
    user,
  }
}

function rulesOf({ integration, mapping }: Caller): UserRules {
  return { ...integration, mapping }
}

async function settled({ users }: ScimUserOptions, change: UserChange): Promise<Settled> {
  const id = parseId(change.manager)
  return withManager(change, id !== undefined && (await users.findMany([id])).length > 0)
}

/** Asks the guard once in a request, however often the change is decided anew. */
async function asked(
  { takeaways }: ScimUserOptions,
  { origin, integration, notes }: Caller,
  { user, kind }: { readonly user: User; readonly kind: HeldKind },
): Promise<'now' | 'held'> {
  const key = `${kind} ${user.id}`
  const verdict = notes.verdicts.get(key) ?? (await takeaways.ask(origin, { integration, user, kind }))
  notes.verdicts.set(key, verdict)
  if (verdict === 'held') notes.isHeld = true
  return verdict
}

function markedHeld(
  kept: ReturnType<typeof readFurther>,
  integrationId: string,
  kind: HeldKind,
): ReturnType<typeof readFurther> {
  return { ...kept, held: { ...kept.held, [integrationId]: kind } }
}

interface Applied {
  readonly user: User
  readonly resource: JsonObject
  /** The integration whose the user becomes; undefined: it stays whose it is. */
  readonly madeBy: string | undefined
}

/** Makes a present user what the resource says; a suspension beyond the limit is only marked. */
async function apply(options: ScimUserOptions, caller: Caller, { user, resource, madeBy }: Applied): Promise<Stored> {
  const { users, takeaways, clock } = options
  const { integration, origin } = caller
  const was = { resource: toResource(user, rulesOf(caller)), user }
  const wasHeld = readFurther(user.further).held?.[integration.id]
  const rules = { ...rulesOf(caller), now: clock.now() }
  const { input, set } = await settled(options, toChange(resource, was, rules))
  let further = readFurther(set['further'] as JsonObject | null)
  if (madeBy !== undefined) further = { ...further, madeBy }
  // Who is made again is there again, also when inactive.
  if (wasHeld === 'delete') further = withoutHeld(further, integration.id)
  const { suspended: wantsSuspended, ...rest } = input
  let suspended = wantsSuspended
  if (suspended === true && (await asked(options, caller, { user, kind: 'suspend' })) === 'held') {
    further = markedHeld(further, integration.id, 'suspend')
    suspended = undefined
  }
  const isOwn = further.madeBy === integration.id
  const locks = isOwn ? withFieldLocks(user.attributes, integration.id, integration.readOnlyFields) : undefined
  const changed = await users.change(origin, user.id, {
    input: suspended === undefined ? rest : { ...rest, suspended },
    set: { ...set, further: toFurther(further), ...(locks === undefined ? {} : { restrictedFields: locks }) },
    revision: user.revision,
    present: user,
    authorityId: integration.id,
  })
  if (wasHeld !== undefined && further.held?.[integration.id] === undefined)
    await takeaways.withdraw(integration, user.id)
  return stored(caller, changed)
}

async function create(options: ScimUserOptions, caller: Caller, { resource }: Wanted): Promise<Stored> {
  const { users, clock } = options
  const { integration } = caller
  const { input, set } = await settled(options, toChange(resource, undefined, { ...rulesOf(caller), now: clock.now() }))
  const names = { username: textOf(input['username']), email: textOf(input['email']) }
  const take = async (): Promise<Stored | undefined> => {
    const user = await findTakeover(options, caller, { ...names, externalId: resource['externalId'] })
    if (user === undefined) return undefined
    caller.notes.words = `Took over the user ${user.username}, who was there already.`
    return apply(options, caller, { user, resource: over(caller, user, resource), madeBy: integration.id })
  }
  // Whoever is known by an outside id alone would not be in the way.
  const taken = integration.takeoverBy.includes('externalId') ? await take() : undefined
  if (taken !== undefined) return taken
  const locks = withFieldLocks({}, integration.id, integration.readOnlyFields)
  try {
    const own = locks === undefined ? {} : { restrictedFields: locks }
    const made = await users.create(caller.origin, input, { ...set, ...own, creationSource })
    return { ...stored(caller, made), isNew: true }
  } catch (error) {
    if (!isTaken(error)) throw error
    const former = await formerUser(options, caller, names)
    if (former !== undefined)
      return apply(options, caller, { user: former, resource: over(caller, former, resource), madeBy: integration.id })
    const there = await take()
    if (there === undefined) throw error
    return there
  }
}

/** What is sent over what is there: whoever is taken over loses nothing; who is made is active unless the client says otherwise. */
function over(caller: Caller, user: User, sent: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...toResource(user, rulesOf(caller)), active: true }
  for (const [name, value] of Object.entries(sent)) {
    const was = merged[name]
    merged[name] = isJsonObject(was) && isJsonObject(value) ? { ...was, ...value } : value
  }
  return merged
}

/** The user whom a client took for deleted and now makes again. */
async function formerUser(
  { userSearch, integrations }: ScimUserOptions,
  caller: Caller,
  names: { readonly username: string; readonly email: string },
): Promise<User | undefined> {
  const user = await userSearch.findRemoved(names, caller.integration.id)
  if (user === undefined) return undefined
  const { madeBy } = readFurther(user.further)
  return (await mayChange(integrations, caller, madeBy)) ? user : undefined
}

function isTaken(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'username_taken' || error.code === 'email_taken')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
