// Resources of declared types. What a value may be is the protocol's business; here is kept who may, what happened, and that none is lost.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Query } from '../../platform/db/database.ts'
import { DatabaseError, isForeignKeyViolation } from '../../platform/db/database-error.ts'
import { isUniqueValueViolation } from '../../platform/db/unique-value.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin, FieldChanges, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import * as store from './custom-resource.store.ts'

/** What clients set of a resource. */
export interface ResourceInput {
  readonly content: JsonObject
  readonly externalIds: Readonly<Record<string, string>>
}

/** The type of a resource, as its service needs it. */
export interface TypeOfResource {
  readonly key: string
  readonly name: string
}

/** Refusals are AppErrors; `revision_changed` when somebody was faster. */
export interface CustomResourceService {
  get(actor: Actor, typeId: string, id: string): Promise<store.FoundResource>
  list(actor: Actor, typeId: string, search: store.ResourceSearch): Promise<readonly store.FoundResource[]>
  count(actor: Actor, typeId: string, where: store.ResourceSearch['where']): Promise<number>
  create(
    origin: ChangeOrigin,
    type: TypeOfResource,
    input: ResourceInput & { readonly madeBy: string },
  ): Promise<store.CustomResource>
  change(
    origin: ChangeOrigin,
    type: TypeOfResource,
    change: { readonly present: store.CustomResource; readonly input: ResourceInput },
  ): Promise<store.CustomResource>
  remove(origin: ChangeOrigin, type: TypeOfResource, present: store.CustomResource): Promise<void>
}

export interface CustomResourceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Tells followers that something changed; called after the commit. */
  readonly announce: () => void
}

/** What looking at every resource may take. */
const timeoutMs = 5000
const cancelled = '57014'

export function createCustomResources(options: CustomResourceOptions): CustomResourceService {
  const { database, clock, journal, announce } = options
  const search = async <Row>(compile: () => Query): Promise<readonly Row[]> => {
    try {
      const query = compile()
      return await database.transaction(async (transaction) => {
        await transaction.execute({ text: `set local statement_timeout = ${timeoutMs}` })
        return transaction.query<Row>(query)
      })
    } catch (error) {
      throw searchRefusal(error)
    }
  }
  const write = async (
    origin: ChangeOrigin,
    draft: JournalDraft,
    work: (db: Parameters<typeof store.insert>[0]) => Promise<boolean | void>,
  ): Promise<void> => {
    try {
      await database.transaction(async (transaction) => {
        if ((await work(transaction)) === false) throw new AppError('revision_changed')
        await journal.record(transaction, origin, [draft])
      })
    } catch (error) {
      if (isUniqueValueViolation(error)) throw new AppError('attribute_value_taken')
      // The type was taken away meanwhile.
      throw isForeignKeyViolation(error) ? new AppError('not_found') : error
    }
    announce()
  }
  return {
    async get(actor, typeId, id) {
      requirePermission(actor, 'integrations.provision')
      const found = await store.find(database, typeId, parseId(id) ?? '')
      if (found === undefined) throw new AppError('not_found', { field: 'id' })
      return found
    },
    async list(actor, typeId, asked) {
      requirePermission(actor, 'integrations.provision')
      return search<store.FoundResource>(() => store.searchQuery(typeId, asked))
    },
    async count(actor, typeId, where) {
      requirePermission(actor, 'integrations.provision')
      return (await search<{ count: number }>(() => store.searchCount(typeId, where)))[0]?.count ?? 0
    },
    async create(origin, type, input) {
      requirePermission(origin.actor, 'integrations.provision')
      const now = clock.now()
      const facts = { id: newId(now.getTime()), typeId: type.key, revision: 1, created: now, updated: now }
      const resource: store.CustomResource = { ...facts, ...input }
      const draft = draftOf('custom_resource.create', type, { before: undefined, after: resource })
      await write(origin, draft, (transaction) => store.insert(transaction, resource))
      return resource
    },
    async change(origin, type, { present, input }) {
      requirePermission(origin.actor, 'integrations.provision')
      const next = { ...present, ...input, revision: present.revision + 1, updated: clock.now() }
      const draft = draftOf('custom_resource.update', type, { before: present, after: next })
      if (Object.keys(draft.changes ?? {}).length === 0) return present
      await write(origin, draft, (transaction) => store.update(transaction, next, present.revision))
      return next
    },
    async remove(origin, type, present) {
      requirePermission(origin.actor, 'integrations.provision')
      const draft = draftOf('custom_resource.delete', type, { before: present, after: undefined })
      await write(origin, draft, (transaction) => store.remove(transaction, present.id, present.revision))
    },
  }
}

function searchRefusal(error: unknown): unknown {
  if (error instanceof ConditionError)
    return new AppError('invalid_filter', { field: error.field, detail: error.message })
  if (error instanceof DatabaseError && error.sqlState === cancelled)
    return new AppError('invalid_filter', {
      field: 'filter',
      detail: 'filter: looking at this many resources takes too long. Filter by id, externalId or a unique attribute.',
      cause: error,
    })
  return error
}

interface Step {
  readonly before: store.CustomResource | undefined
  readonly after: store.CustomResource | undefined
}

/** The journal's words: what of the content is another, by its names. */
function draftOf(action: string, { name }: TypeOfResource, { before, after }: Step): JournalDraft {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  const changes: Record<string, FieldChanges[string]> = {}
  for (const field of new Set([...Object.keys(was), ...Object.keys(is)]))
    if (canonicalJson(was[field] ?? null) !== canonicalJson(is[field] ?? null))
      changes[field] = {
        ...(was[field] === undefined ? {} : { before: was[field] }),
        ...(is[field] === undefined ? {} : { after: is[field] }),
      }
  const one = after ?? before
  const { displayName, name: ownName } = one?.content ?? {}
  const called = typeof displayName === 'string' ? displayName : typeof ownName === 'string' ? ownName : one?.id
  const subjectId = one?.id ?? ''
  return { action, subjectKind: 'custom_resource', subjectId, subject: `${name} ${called ?? ''}`, changes }
}

function fieldsOf(resource: store.CustomResource | undefined): Readonly<Record<string, Json>> {
  if (resource === undefined) return {}
  const { content, externalIds } = resource
  return { ...content, ...(Object.keys(externalIds).length === 0 ? {} : { externalIds: { ...externalIds } }) }
}
