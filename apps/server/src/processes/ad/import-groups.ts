import { accept } from '@lockstep/contract/app-error'
import { groupAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Group } from '../../directory/groups/group.rules.ts'
import {
  changeImportedGroup,
  createImportedGroup,
  findGroups,
  findGroupsByName,
} from '../../directory/groups/group-import.service.ts'
import type { JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { configurationOf } from './configuration.rules.ts'
import type { ImportRun } from './import-run.ts'
import * as mirror from './mirror.store.ts'
import * as problems from './problem.store.ts'
import type { Resolution } from './resolution.rules.ts'
import * as resolutions from './resolution.store.ts'

const securityEnabled = 0x80000000
/** Relative identifiers below 1000 are the domain's built-in groups (MS-SAMR 2.2.1.14). */
const firstOrdinaryRid = 1000

/** Derives the next dirty groups; answers how many there were. */
export async function importGroups(db: Queryable, run: ImportRun, limit: number): Promise<number> {
  const objects = await mirror.listDirty(db, { ...run.place, kind: 'group', limit })
  if (objects.length === 0) return 0
  const { domain, place } = run
  const guids = objects.map((object) => object.guid)
  const above = Map.groupBy(await mirror.listAncestors(db, domain.id, guids), (ancestor) => ancestor.guid)
  const ties = await groupAccounts.listByExternalIds(db, { directoryId: domain.id, externalIds: guids })
  const groups = new Map(
    (
      await findGroups(
        db,
        ties.map((tie) => tie.groupId),
      )
    ).map((group) => [group.id as string, group]),
  )
  const decided = new Map((await resolutions.listByGuids(db, domain.id, guids)).map((row) => [row.guid, row]))
  const found: problems.Problem[] = []
  const settled: Parameters<typeof mirror.settle>[2][number][] = []
  for (const object of objects) {
    const inGroup = (above.get(object.guid) ?? []).some((row) => row.groupGuid === place.integrationGroupGuid)
    const isOwn = object.guid === place.integrationGroupGuid || object.guid === place.adminGroupGuid
    const inScope = inGroup && object.inRoot && !object.deleted && !isOwn
    const tie = ties.find((row) => row.externalId === object.guid)
    const group = tie && groups.get(tie.groupId)
    const known = { group, tied: tie, resolution: decided.get(object.guid) }
    const problem = inScope ? await bring(db, run, object, known) : group && (await dismiss(db, run, object, group))
    if (problem) found.push(problem)
    const { guid, deleted } = object
    settled.push({ guid, deleted, inScope, wanted: inScope && object.attributes === null })
  }
  await problems.replace(db, { domainId: domain.id, guids, problems: found, now: run.now })
  await mirror.settle(db, domain.id, settled)
  return objects.length
}

interface KnownGroup {
  readonly group: Group | undefined
  readonly tied: Awaited<ReturnType<typeof groupAccounts.listByExternalIds>>[number] | undefined
  readonly resolution: Resolution | undefined
}

/** A group in scope becomes a group of the hub, or keeps its name up. */
async function bring(
  db: Queryable,
  run: ImportRun,
  object: mirror.MirrorObject,
  { group, tied, resolution }: KnownGroup,
): Promise<problems.Problem | undefined> {
  const { attributes } = object
  if (attributes === null || (resolution?.action === 'ignore' && group === undefined)) return undefined
  const renamed = resolution?.action === 'rename' ? resolution.groupName : null
  const name = renamed ?? textOf(attributes['sAMAccountName'])
  const description = textOf(attributes['description']).slice(0, 1024)
  const problem = (code: string, detail: string): problems.Problem => ({
    guid: object.guid,
    code,
    name: name || (object.dn ?? object.guid),
    detail,
    userId: null,
    groupId: group?.id ?? null,
  })
  if (name === '' || (object.unreadable ?? []).includes('sAMAccountName'))
    return problem('no_name', 'The group has no readable name (sAMAccountName). Correct it in Active Directory.')
  if (isProtected(attributes))
    return problem(
      'protected_group',
      'Built-in and privileged groups are not managed from outside. Take it out of the integration group.',
    )
  if ((Number(textOf(attributes['groupType']) || '0') & securityEnabled) === 0)
    return problem(
      'no_security_group',
      'Only security groups are brought over. Change its type, or take it out of the integration group.',
    )
  const options = { origin: run.origin, directoryId: run.domain.id, now: run.now }
  const { home, isBrought } = configurationOf(run.domain.useCase)
  if (group !== undefined) {
    // A domain that is only written to changes no group.
    if (!isBrought) return undefined
    const isHome = home === 'directory' || tied?.madeBy === 'directory'
    const isFree = group.homeDirectoryId === null || group.homeDirectoryId === run.domain.id
    const set = isFree ? { homeDirectoryId: isHome ? run.domain.id : null } : {}
    const changed = await changeImportedGroup(db, { group, input: { name, description }, set }, options)
    if (!changed.ok) return problem(changed.code, `${changed.detail ?? ''} Rename one of the two.`)
    await tie(db, run, object, { id: group.id, madeBy: 'directory' })
    return undefined
  }
  const [rival] = await findGroupsByName(db, [name.toLowerCase()])
  const isMerged = rival !== undefined && resolution?.action === 'merge' && resolution.groupId === rival.id
  const isTieable = rival !== undefined && (isMerged || (await isAwaited(db, run, rival)))
  // A domain that is only written to brings no groups; those that the hub made there are tied.
  if (!isBrought && !isTieable) return undefined
  if (rival !== undefined && !isTieable)
    return {
      ...problem(
        'group_name_taken',
        `A group called "${rival.name}" exists here already. Rename one of the two, or bind that group to this domain to join them.`,
      ),
      groupId: rival.id,
    }
  const made = rival ?? accept(await createImportedGroup(db, { name, description }, options))
  await tie(db, run, object, { id: made.id, madeBy: rival === undefined ? 'directory' : 'hub' })
  // Whoever belongs to it could not be put into it before.
  await mirror.markBelow(db, run.domain.id, [object.guid])
  return undefined
}

/** True for a group that is bound to the domain and waits for its counterpart there. */
async function isAwaited(db: Queryable, run: ImportRun, group: Group): Promise<boolean> {
  const ties = await groupAccounts.listOfGroup(db, group.id)
  return ties.some((row) => row.directoryId === run.domain.id && row.externalId === null)
}

async function tie(
  db: Queryable,
  run: ImportRun,
  object: mirror.MirrorObject,
  group: { readonly id: string; readonly madeBy: 'hub' | 'directory' },
): Promise<void> {
  await groupAccounts.link(db, {
    directoryId: run.domain.id,
    groupId: group.id,
    externalId: object.guid,
    externalName: object.dn ?? '',
    madeBy: group.madeBy,
  })
}

/**
 * A group that left the scope, or was deleted, becomes a group of the hub alone, with the members that it has: nobody loses anything by
 * it, and an administrator may delete it, or bind it anew. Where the hub is the authority one that is gone is made anew by itself.
 */
async function dismiss(
  db: Queryable,
  run: ImportRun,
  object: mirror.MirrorObject,
  group: Group,
): Promise<problems.Problem | undefined> {
  if (!object.inScope && !object.deleted) return undefined
  const key = { directoryId: run.domain.id, groupId: group.id }
  const binding = { directoryId: key.directoryId, subjectKind: 'group', subjectId: key.groupId } as const
  await groupAccounts.keepMembers(db, key)
  if (object.deleted && !configurationOf(run.domain.useCase).isBrought) {
    if (await groupAccounts.bind(db, binding, run.now)) await record(db, run, [bindingDraft('group', run, group, true)])
    await groupAccounts.forgetObject(db, key)
    await groupAccounts.deliverAll(db, key)
    return undefined
  }
  // Whom it connected to the domain stays connected, also without it.
  const bound = await groupAccounts.bindMembers(db, key)
  await groupAccounts.unlink(db, key)
  const drafts = bound.map((user) => bindingDraft('user', run, { id: user.id, name: user.username }, true))
  if (await groupAccounts.unbind(db, binding)) drafts.push(bindingDraft('group', run, group, false))
  await record(db, run, drafts)
  const outside = (await groupAccounts.listOfGroup(db, group.id)).length > 0
  const isHome = group.homeDirectoryId === run.domain.id
  await changeImportedGroup(
    db,
    { group, input: {}, set: { outside, ...(isHome ? { homeDirectoryId: null } : {}) } },
    { origin: run.origin, directoryId: run.domain.id, now: run.now },
  )
  return undefined
}

async function record(db: Queryable, { journal, origin }: ImportRun, drafts: readonly JournalDraft[]): Promise<void> {
  if (drafts.length > 0) await journal.record(db, origin, drafts)
}

/** The journal's words for somebody who is bound to the domain from now on, or not any more. */
function bindingDraft(
  kind: 'user' | 'group',
  { domain }: ImportRun,
  { id, name }: { readonly id: string; readonly name: string },
  isBound: boolean,
): JournalDraft {
  return {
    action: `${kind}.${isBound ? 'bind' : 'unbind'}`,
    subjectKind: kind,
    subjectId: id,
    subject: name,
    changes: { [`directory:${domain.name}`]: isBound ? { after: 'bound' } : { before: 'bound' } },
  }
}

function isProtected(attributes: Readonly<Record<string, unknown>>): boolean {
  if (textOf(attributes['adminCount']) === '1') return true
  const sid = textOf(attributes['objectSid'])
  if (sid.startsWith('S-1-5-32-')) return true
  const rid = Number(sid.split('-').at(-1) ?? '')
  return sid !== '' && Number.isInteger(rid) && rid < firstOrdinaryRid
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
