// Objects that clash with users or groups of the hub, and how an administrator lets each end. A decision is kept and followed by every import
// until it is taken back.
import { accept, AppError, type Refusal } from '@lockstep/contract/app-error'
import {
  type DirectoryResolution,
  resolvableCodes,
  type ResolutionCreate,
  type ResolutionQuery,
} from '@lockstep/contract/hub/directory-change'
import type { Page } from '@lockstep/contract/hub/page'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { domainDraft, noDirectory } from './change-domain.ts'
import type { Domain } from './domain.rules.ts'
import { refuse } from './domain-settings.rules.ts'
import * as domains from './domain.store.ts'
import * as mirror from './mirror.store.ts'
import * as problems from './problem.store.ts'
import type { Resolution } from './resolution.rules.ts'
import * as resolutions from './resolution.store.ts'

export interface ConflictService {
  /** Resolves a clash; what is not in conflict is `not_found`. */
  resolve(
    origin: ChangeOrigin,
    key: { readonly domainId: string; readonly guid: string },
    input: ResolutionCreate,
  ): Promise<DirectoryResolution>
  list(
    actor: ChangeOrigin['actor'],
    domainId: string,
    query: ResolutionQuery & { readonly search?: string },
  ): Promise<Page<DirectoryResolution>>
  /** Takes a decision back: the object is looked at as if there had been none. */
  remove(origin: ChangeOrigin, key: { readonly domainId: string; readonly guid: string }): Promise<void>
}

export interface ConflictServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  readonly announce: () => void
}

const defaultPageRows = 50

export function createConflictService({ database, clock, journal, announce }: ConflictServiceOptions): ConflictService {
  const load = async (db: Queryable, id: string): Promise<Domain> => {
    const domain = await domains.find(db, parseId(id) ?? '')
    if (domain === undefined) throw noDirectory()
    return domain
  }
  return {
    async resolve(origin, { domainId, guid }, input) {
      requirePermission(origin.actor, 'directories.write')
      const resolution = await database.transaction(async (transaction) => {
        const domain = await load(transaction, domainId)
        await domains.lockMirror(transaction, domain.id)
        const problem = (await problems.listOfObject(transaction, domain.id, guid)).find(({ code }) =>
          resolvableCodes.includes(code),
        )
        if (problem === undefined)
          throw new AppError('not_found', { field: 'guid', detail: 'This object clashes with nobody.' })
        const row = decide(problem, input, clock.now())
        await resolutions.put(transaction, domain.id, row)
        await mirror.markDirty(transaction, domain.id, [guid])
        const { action, name, created: _created, guid: _guid, ...rest } = view(row)
        await journal.record(transaction, origin, [
          domainDraft('directory.update', domain, { [`conflict:${name}`]: { after: { action, ...rest } } }),
        ])
        return row
      })
      announce()
      return view(resolution)
    },
    async list(actor, domainId, { limit = defaultPageRows, after }) {
      requirePermission(actor, 'directories.read')
      const { id } = await load(database, domainId)
      const rows = await resolutions.list(database, { domainId: id, afterGuid: after ?? null, limit: limit + 1 })
      const items = rows.slice(0, limit).map(view)
      const next = rows.length > limit ? items.at(-1)?.guid : undefined
      return { items, total: await resolutions.count(database, id), ...(next === undefined ? {} : { next }) }
    },
    async remove(origin, { domainId, guid }) {
      requirePermission(origin.actor, 'directories.write')
      await database.transaction(async (transaction) => {
        const domain = await load(transaction, domainId)
        await domains.lockMirror(transaction, domain.id)
        const [row] = await resolutions.listByGuids(transaction, domain.id, [guid])
        if (row === undefined || !(await resolutions.remove(transaction, domain.id, guid)))
          throw new AppError('not_found', { field: 'guid', detail: 'Nothing was decided on this object.' })
        await mirror.markDirty(transaction, domain.id, [guid])
        await journal.record(transaction, origin, [
          domainDraft('directory.update', domain, { [`conflict:${row.name}`]: { before: row.action } }),
        ])
      })
      announce()
    },
  }
}

function decide(problem: problems.Problem, input: ResolutionCreate, now: Date): Resolution {
  const { guid, name, code, userId, groupId } = problem
  const isGroup = code === 'group_name_taken'
  const row: Resolution = {
    ...{ guid, name, action: input.action, created: now },
    ...{ userId: null, groupId: null, username: null, email: null, groupName: null },
  }
  if (input.action === 'ignore') return row
  if (input.action === 'merge') {
    // Two accounts of one domain are two people, or one of them is to be deleted there.
    if (code === 'username_taken') return accept(notMergeable())
    if ((isGroup ? groupId : userId) === null) return accept(notMergeable())
    return { ...row, userId: isGroup ? null : userId, groupId: isGroup ? groupId : null }
  }
  const { username = null, email = null, groupName = null } = input
  if (isGroup && groupName === null) return accept(refuse('groupName', 'is required for a group.'))
  if (!isGroup && username === null && email === null)
    return accept(refuse('username', 'is required, or an e-mail address is.'))
  return isGroup ? { ...row, groupName } : { ...row, username, email }
}

function notMergeable(): Refusal {
  return refuse('action', 'this clash cannot be merged: the user has another account in the same domain.')
}

function view(row: Resolution): DirectoryResolution {
  const { guid, action, name, created, ...rest } = row
  const known = Object.entries(rest).filter(([, value]) => value !== null)
  return { guid, action, name, ...Object.fromEntries(known), created: created.toISOString() }
}
