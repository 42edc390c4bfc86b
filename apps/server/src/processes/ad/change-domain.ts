// What changing and disconnecting a domain writes, each in the caller's one transaction.
import { AppError } from '@lockstep/contract/app-error'
import { accountPlaces, directories, groupAccounts } from '../../directory/bindings/account-import.service.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Queryable } from '../../platform/db/database.ts'
import * as agents from './agent.store.ts'
import { configurationOf } from './configuration.rules.ts'
import type { Domain } from './domain.rules.ts'
import { settingChanges, type SettingsEffect } from './domain-settings.rules.ts'
import * as store from './domain.store.ts'
import * as mirror from './mirror.store.ts'

/** Of the journal, written in one statement. */
const rowsPerStatement = 1000

interface Writing {
  readonly journal: Pick<JournalService, 'record'>
  readonly origin: ChangeOrigin
}

/** Writes new settings with what follows from them at once; what follows for users is derived from then on. */
export async function writeSettings(
  db: Queryable,
  { journal, origin }: Writing,
  change: {
    readonly before: Domain
    readonly after: Domain
    readonly effect: SettingsEffect
    readonly removeAgents: boolean
  },
): Promise<void> {
  const { before, after, effect } = change
  if (effect.looksAgain) await store.lockMirror(db, after.id)
  await store.updateSettings(db, after, effect)
  await directories.setWritten(db, after.id, configurationOf(after.useCase).isWritten)
  if (effect.releases) await release(db, { journal, origin }, { domain: after, isGone: false })
  if (effect.looksAgain) await mirror.markAll(db, after.id)
  if (effect.moves) await accountPlaces.raiseOwn(db, { directoryId: after.id })
  const drafts = [domainDraft('directory.update', after, settingChanges(before, after))]
  if (change.removeAgents) drafts.push(...(await removeAgents(db, after)))
  await journal.record(db, origin, drafts)
}

/** Takes a domain away: everybody stays, with the groups they are in, and nothing in the domain changes. */
export async function writeRemoval(db: Queryable, { journal, origin }: Writing, domain: Domain): Promise<void> {
  await release(db, { journal, origin }, { domain, isGone: true })
  await groupAccounts.keepMembers(db, { directoryId: domain.id })
  await store.dropOutside(db, domain.id)
  if (!(await directories.remove(db, domain.id))) throw noDirectory()
  await journal.record(db, origin, [domainDraft('directory.delete', domain, { name: { before: domain.name } })])
}

export function noDirectory(): AppError {
  return new AppError('not_found', { field: 'id', detail: 'There is no such directory.' })
}

export function domainDraft(
  action: string,
  domain: Domain,
  changes: NonNullable<JournalDraft['changes']>,
): JournalDraft {
  return { action, subjectKind: 'directory', subjectId: domain.id, subject: domain.name, changes }
}

/** What the directory owned belongs to the hub. */
async function release(
  db: Queryable,
  { journal, origin }: Writing,
  { domain, isGone }: { readonly domain: Domain; readonly isGone: boolean },
): Promise<void> {
  const released = await store.releaseHome(db, domain.id, { isGone })
  for (let start = 0; start < released.length; start += rowsPerStatement)
    await journal.record(
      db,
      origin,
      released.slice(start, start + rowsPerStatement).map((row) => releaseDraft(row, domain.id)),
    )
}

/** The journal's words for a user or group that is the hub's own again. */
function releaseDraft({ kind, id, name, wasHome, hadSuspended }: store.Released, directoryId: string): JournalDraft {
  return {
    action: `${kind}.update`,
    subjectKind: kind,
    subjectId: id,
    subject: name,
    changes: {
      ...(wasHome ? { homeDirectoryId: { before: directoryId } } : {}),
      ...(hadSuspended ? { suspendedBy: { before: directoryId, after: 'hub' } } : {}),
      ...(wasHome || hadSuspended ? {} : { passwordAuthority: { before: directoryId, after: 'hub' } }),
    },
  }
}

/** Deletes the agents that the configuration has no need of; what they installed stays where it is. */
async function removeAgents(db: Queryable, domain: Domain): Promise<JournalDraft[]> {
  const { agentsWanted } = configurationOf(domain.useCase)
  const unwanted = (await agents.list(db, domain.id)).filter(({ kind }) => !agentsWanted.includes(kind))
  for (const { id, kind } of unwanted) {
    await store.dropLease(db, { kind, agentId: id })
    await agents.remove(db, id)
  }
  return unwanted.map(({ id, kind, hostname }) => ({
    action: 'agent.delete',
    subjectKind: 'agent',
    subjectId: id,
    subject: hostname ?? kind,
    changes: { kind: { before: kind } },
  }))
}
