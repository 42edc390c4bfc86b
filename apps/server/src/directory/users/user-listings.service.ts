// Lists of users and their numbers. A page deep inside a list must not cost what lies before it, so places are remembered:
//  - where a page began and ended, for everybody, until any user changes;
//  - where a reader's page ended, for that reader's next page, once and for a minute, whatever changes: who reads on gets the users after
//    those read, none twice and none left out.
// Without a place the way is counted from the nearer end of the list. All of this is in memory; another hub, or one that has restarted,
// counts.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Query, Queryable } from '../../platform/db/database.ts'
import { DatabaseError } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import { columnOf, hasPattern } from './user-condition.store.ts'
import * as store from './user-listing.store.ts'
import type { User } from './user.rules.ts'
import { listUsers } from './user.store.ts'

const cachedCounts = 500
const rememberedListings = 200
const placesOfListing = 200
const rememberedReaders = 1000
const readingOnMs = 60_000
/** From here on it pays to know how long the list is, to count from its nearer end. */
const deepSkip = 5000
/** What matching a pattern may take, and what looking at every user may take. */
const patternTimeoutMs = 3000
const slowTimeoutMs = 5000

interface Place {
  readonly skip: number
  readonly place: store.ListingPlace
}

export interface UserPage {
  readonly rows: readonly User[]
  readonly total: number
}

export interface UserListingsOptions {
  readonly database: Database
  readonly clock: Clock
  /** What a list or a count may take for which every user is looked at; five seconds unless said otherwise. */
  readonly slowListTimeoutMs?: number
}

export class UserListings {
  readonly #options: UserListingsOptions
  readonly #counts = new Map<string, Promise<number>>()
  readonly #places = new Map<string, Place[]>()
  readonly #readers = new Map<string, { readonly place: store.ListingPlace; readonly untilMs: number }>()
  #version = 0

  constructor(options: UserListingsOptions) {
    this.#options = options
  }

  async list(actor: Actor, listing: store.UserListing): Promise<readonly User[]> {
    requirePermission(actor, 'users.read')
    for (const { field } of listing.sort)
      if (columnOf(field) === undefined)
        throw new AppError('invalid_filter', {
          field: 'sort',
          detail: `sort: "${field.slice(0, 50)}" cannot be sorted by.`,
        })
    if (listing.after !== undefined) return this.#users(listing, store.listQuery(listing))
    const skip = listing.skip ?? 0
    const name = nameOf(listing)
    const version = this.#version
    const readOn = skip === 0 || listing.isCounted ? undefined : this.#readOn(actor, name, skip)
    const start = readOn ?? (skip === 0 ? undefined : this.#nearest(name, skip))
    const rows =
      skip - (start?.skip ?? 0) >= deepSkip
        ? await this.#fromNearerEnd(actor, listing, start)
        : await this.#from(listing, start)
    // Where a reader goes on is their own place, and maybe not the one that the number stands for by now.
    if (version === this.#version && readOn === undefined) this.#remember(listing, name, rows)
    const last = rows.length === listing.limit && !listing.isCounted ? rows.at(-1) : undefined
    const end = last && store.placeOf(listing, last)
    if (end) this.#expect(actor, `${name} ${skip + rows.length}`, end)
    return rows
  }

  /** A page with the number of all that match: a first page that is not full is all of them, and nothing needs to be counted. */
  async page(actor: Actor, listing: store.UserListing): Promise<UserPage> {
    const rows = await this.list(actor, listing)
    const isWhole = rows.length < listing.limit && (listing.skip ?? 0) === 0
    return { rows, total: isWhole ? rows.length : await this.count(actor, listing) }
  }

  /** The number of users that a listing matches, from a cache that this process' own writes and the wake-ups empty. */
  async count(actor: Actor, listing: store.UserListing): Promise<number> {
    requirePermission(actor, 'users.read')
    const query = this.#compiled(() => store.countQuery(listing))
    const count = async (): Promise<number> =>
      (await this.#run(listing, (db) => db.query<{ count: number }>(query)))[0]?.count ?? 0
    if (!isOfUsersAlone(listing)) return count()
    const key = `${query.text}\n${JSON.stringify(query.values)}`
    const known = this.#counts.get(key)
    if (known !== undefined) return known
    const counting = count()
    if (this.#counts.size >= cachedCounts) this.#counts.clear()
    this.#counts.set(key, counting)
    // What failed is not remembered; what was counted while somebody wrote is forgotten with that write.
    counting.catch(() => this.#counts.delete(key))
    return counting
  }

  async groupIds(actor: Actor, userIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    requirePermission(actor, 'users.read')
    return store.listGroupIds(this.#options.database, userIds)
  }

  /** Called when any user changed. */
  forget(): void {
    this.#version += 1
    this.#counts.clear()
    this.#places.clear()
  }

  #from(listing: store.UserListing, start: Place | undefined): Promise<readonly User[]> {
    if (start === undefined)
      return this.#users(
        listing,
        this.#compiled(() => store.listQuery(listing)),
      )
    const rest = { ...listing, after: start.place, skip: (listing.skip ?? 0) - start.skip }
    return this.#users(
      listing,
      this.#compiled(() => store.listQuery(rest)),
    )
  }

  async #fromNearerEnd(actor: Actor, listing: store.UserListing, start: Place | undefined): Promise<readonly User[]> {
    const skip = listing.skip ?? 0
    const version = this.#version
    const total = await this.count(actor, listing)
    const fromEnd = Math.max(0, total - skip - listing.limit)
    const limit = Math.min(listing.limit, total - skip)
    // A number that is not this moment's would move the page; then the way from the front is the exact one.
    if (version !== this.#version || fromEnd >= skip - (start?.skip ?? 0)) return this.#from(listing, start)
    if (limit <= 0) return []
    const sort = listing.sort.length === 0 ? [{ field: '_id', descending: false }] : listing.sort
    const reversed = sort.map(({ field, descending }) => ({ field, descending: !descending }))
    const backwards = { ...listing, sort: reversed, limit, skip: fromEnd }
    return (
      await this.#users(
        listing,
        this.#compiled(() => store.listQuery(backwards)),
      )
    ).toReversed()
  }

  #nearest(name: string, skip: number): Place | undefined {
    let best: Place | undefined
    for (const place of this.#places.get(name) ?? [])
      if (place.skip <= skip && place.skip > (best?.skip ?? -1)) best = place
    return best
  }

  #remember(listing: store.UserListing, name: string, rows: readonly User[]): void {
    const skip = listing.skip ?? 0
    const [first, last] = [rows[0], rows.at(-1)]
    if (first === undefined || last === undefined || !isOfUsersAlone(listing)) return
    const [begin, end] = [store.placeOf(listing, first), store.placeOf(listing, last)]
    if (begin === undefined || end === undefined) return
    const known = this.#places.get(name) ?? []
    const added = [
      { skip, place: { ...begin, isAt: true } },
      { skip: skip + rows.length, place: end },
    ].filter((place) => place.skip > 0 && !known.some((other) => other.skip === place.skip))
    if (this.#places.size >= rememberedListings) this.#places.clear()
    this.#places.set(name, [...known, ...added].slice(-placesOfListing))
  }

  /** Where this reader's page before ended. */
  #readOn(actor: Actor, name: string, skip: number): Place | undefined {
    const key = `${actor.id} ${name} ${skip}`
    const known = this.#readers.get(key)
    if (known === undefined) return undefined
    this.#readers.delete(key)
    return known.untilMs < this.#options.clock.now().getTime() ? undefined : { skip, place: known.place }
  }

  #expect(actor: Actor, page: string, place: store.ListingPlace): void {
    const oldest = this.#readers.size >= rememberedReaders ? this.#readers.keys().next() : undefined
    if (oldest?.value !== undefined) this.#readers.delete(oldest.value)
    const untilMs = this.#options.clock.now().getTime() + readingOnMs
    this.#readers.set(`${actor.id} ${page}`, { place, untilMs })
  }

  #compiled(compile: () => Query): Query {
    try {
      return compile()
    } catch (error) {
      throw refusalOf(error)
    }
  }

  #users(listing: store.UserListing, query: Query): Promise<readonly User[]> {
    return this.#run(listing, (db) => listUsers(db, query))
  }

  async #run<T>(listing: store.UserListing, read: (db: Queryable) => Promise<T>): Promise<T> {
    const { database } = this.#options
    const usesPattern = hasPattern(listing.condition)
    const slow = usesPattern ? undefined : store.slowPartOf(listing)
    try {
      if (!usesPattern && slow === undefined) return await read(database)
      const timeoutMs = usesPattern ? patternTimeoutMs : (this.#options.slowListTimeoutMs ?? slowTimeoutMs)
      return await database.transaction(async (transaction) => {
        await transaction.execute({ text: `set local statement_timeout = ${timeoutMs}` })
        return read(transaction)
      })
    } catch (error) {
      throw refusalOf(error, slow)
    }
  }
}

/** Memberships and accounts change without a user being written, so nothing is remembered of what depends on them. */
function isOfUsersAlone(listing: store.UserListing): boolean {
  const usesGroups = JSON.stringify(listing.condition ?? null).includes('"memberof"')
  return listing.inGroupId === undefined && listing.inDirectoryId === undefined && !usesGroups
}

function nameOf(listing: store.UserListing): string {
  const { limit: _limit, skip: _skip, after: _after, ...rest } = listing
  return JSON.stringify(rest)
}

const cancelled = '57014'
const invalidPattern = '2201B'

/** Words for what cannot be translated, and for what PostgreSQL refuses. */
function refusalOf(error: unknown, slow?: store.Slow): unknown {
  if (error instanceof ConditionError)
    return new AppError('invalid_filter', { field: error.field, detail: error.message })
  const state = error instanceof DatabaseError ? error.sqlState : ''
  if (state === cancelled && slow !== undefined)
    return new AppError('invalid_filter', { field: slow.parameter, detail: slowWords(slow), cause: error })
  if (state === cancelled)
    return new AppError('invalid_filter', {
      field: 'filter',
      detail: 'filter: the pattern takes too long to match. Write a simpler one, or add terms that leave fewer users.',
    })
  if (state === invalidPattern)
    return new AppError('invalid_filter', { field: 'filter', detail: 'filter: $regex is not understood.' })
  return error
}

/** Why a list took too long, and what would not. */
function slowWords({ parameter, field }: store.Slow): string {
  const name = field.slice(0, 50)
  if (parameter === 'sort')
    return `sort: sorting this many users by "${name}" takes too long. Sort by username, email, displayname, created or _id.`
  return `filter: looking for "${name}" among this many users takes too long. Add a term that an index answers: a part of username, email, displayname, firstname or lastname; department, company, costCenter, jobTitle, location, employeeType, employeeIdentifier, manager, memberof or state by eq or in; or created.`
}
