// Applies chosen differences. Each object is looked at anew: what was found may be old. Whatever would be taken away of it, chosen or not,
// is put into a plan first, so that nothing is lost before a person releases it; only then the ordinary ways are set going.
import type { Queryable } from '../../platform/db/database.ts'
import { groupAccounts, userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { GuardedItem, PlanSource } from '../plans/plan.rules.ts'
import { type Finding, importRunNow, scanObjects, type ScanNeeds } from './comparison-scan.ts'
import * as source from './comparison-source.store.ts'
import type { StoredComparison, StoredRow } from './comparison.store.ts'
import * as store from './comparison.store.ts'
import * as domains from './domain.store.ts'
import * as mirror from './mirror.store.ts'
import { isExportKey } from './exported-attributes.rules.ts'
import { writtenFields } from './import.rules.ts'
import type { ImportRun } from './import-run.ts'
import { lossChanges } from './import-users.ts'

const rowsPerBatch = 400

/** Applies the next chosen rows of a comparison; answers how many, or undefined while the domain is being read. */
export async function applyBatch(
  db: Queryable,
  needs: ScanNeeds,
  comparison: Pick<StoredComparison, 'id' | 'domainId' | 'phase'>,
): Promise<number | undefined> {
  const { id, domainId, phase } = comparison
  await domains.lockMirror(db, domainId)
  const rows = await store.listSelected(db, id, rowsPerBatch)
  if (rows.length === 0) {
    await store.setApplying(db, id, false)
    return 0
  }
  if (phase === 'asked') {
    await writeAgain(db, domainId, rows)
    const positions = rows.flatMap((row) => row.id ?? [])
    await store.setOutcomes(db, { id, positions, outcome: 'applied' })
    return rows.length
  }
  const run = await importRunNow(db, needs, domainId)
  if (run === undefined) return undefined
  await applyGroups(db, domainId, rows)
  const held = await applyUsers(db, run, rows)
  const heldIds = new Set(held.map((row) => row.id))
  const positions = (isHeld: boolean): readonly number[] =>
    rows.flatMap((row) => (row.id !== null && heldIds.has(row.id) === isHeld ? [row.id] : []))
  await store.setOutcomes(db, { id, positions: positions(true), outcome: 'held' })
  await store.setOutcomes(db, { id, positions: positions(false), outcome: 'applied' })
  return rows.length
}

/** Of a domain that nobody reads, accounts are written, anew where they are lost; its mirror knows no better. */
async function writeAgain(db: Queryable, directoryId: string, rows: readonly StoredRow[]): Promise<void> {
  const chosen = rows.filter(({ subjectKind, action }) => subjectKind === 'user' && action === 'written')
  const userIds = [...new Set(chosen.flatMap(({ subjectId }) => subjectId ?? []))]
  await userAccounts.makeAnew(db, { directoryId, userIds })
  await userAccounts.raise(db, { directoryId, userIds })
  const lost = chosen.filter(({ kind }) => kind === 'missing_there')
  await mirror.removeObjects(
    db,
    directoryId,
    lost.flatMap(({ guid }) => guid ?? []),
  )
}

async function applyGroups(db: Queryable, directoryId: string, rows: readonly StoredRow[]): Promise<void> {
  const groups = rows.filter((row) => row.subjectKind === 'group')
  const taken = groups.filter((row) => row.action === 'taken_over')
  const written = groups.filter((row) => row.action === 'written')
  await source.lookAgain(
    db,
    directoryId,
    taken.flatMap(({ guid }) => guid ?? []),
  )
  await groupAccounts.raise(db, {
    directoryId,
    groupIds: [...new Set(written.flatMap(({ subjectId }) => subjectId ?? []))],
  })
}

/** Answers the rows that wait in a plan now. */
async function applyUsers(db: Queryable, run: ImportRun, all: readonly StoredRow[]): Promise<readonly StoredRow[]> {
  const rows = all.filter((row) => row.subjectKind === 'user')
  const guids = [...new Set(rows.flatMap(({ guid }) => guid ?? []))]
  const objects = await source.listObjectsByGuids(db, { ...run.place, guids })
  const findings = new Map((await scanObjects(db, run, objects)).map((found) => [found.decided.object.guid, found]))
  const directoryId = run.domain.id
  const chosen = Map.groupBy(rows, ({ guid }) => guid ?? '')
  const plan: Selection = { lookAgain: [], raise: [], told: [], takenHere: [], takenThere: [], held: [] }
  for (const row of chosen.get('') ?? []) if (row.subjectId !== null) plan.raise.push(row.subjectId)
  for (const [guid, found] of findings) choose(run, plan, found, chosen.get(guid) ?? [])
  // Accounts whose object is not in the mirror can only be written again.
  for (const row of rows)
    if (row.guid !== null && !findings.has(row.guid) && row.action === 'written' && row.subjectId !== null)
      plan.raise.push(row.subjectId)
  const { id, name } = run.domain
  const here: PlanSource = { kind: 'directory', id, name }
  const there: PlanSource = { kind: 'comparison', id, name }
  await run.plans.hold(db, here, plan.takenHere, 'Chosen in a comparison; something would be taken away in the hub.')
  await run.plans.hold(db, there, plan.takenThere, `Chosen in a comparison; something would be taken away in ${name}.`)
  await source.lookAgain(db, directoryId, plan.lookAgain)
  const userIds = [...new Set(plan.raise)]
  await userAccounts.makeAnew(db, { directoryId, userIds })
  await userAccounts.raise(db, { directoryId, userIds })
  await groupAccounts.repend(db, plan.told)
  return plan.held
}

interface Selection {
  readonly lookAgain: string[]
  readonly raise: string[]
  readonly told: { readonly directoryId: string; readonly groupId: string; readonly userId: string }[]
  readonly takenHere: GuardedItem[]
  readonly takenThere: GuardedItem[]
  readonly held: StoredRow[]
}

/** What is to be done for one object, of which some differences were chosen. */
function choose(run: ImportRun, plan: Selection, found: Finding, rows: readonly StoredRow[]): void {
  const { object, decision } = found.decided
  const directoryId = run.domain.id
  const taken = rows.filter((row) => row.action === 'taken_over')
  const written = rows.filter((row) => row.action === 'written' && row.kind !== 'member_missing_there')
  if (taken.length > 0 || (written.length > 0 && isAgreedOld(found))) {
    plan.takenHere.push(...lossesHere(run, found))
    plan.lookAgain.push(object.guid)
    plan.held.push(...taken.filter(({ takesAway }) => takesAway))
  }
  const userId = decision.kind === 'change' ? decision.user.id : rows[0]?.subjectId
  if (userId === undefined || userId === null) return
  if (written.length > 0) {
    const lost = lossesThere(run, found)
    plan.takenThere.push(...lost)
    if (lost.length > 0) plan.held.push(...written)
    else plan.raise.push(userId)
  }
  const groups = new Set(
    rows.flatMap(({ kind, action, field }) => (kind === 'member_missing_there' && action === 'written' ? [field] : [])),
  )
  for (const { groupId, difference } of found.memberships)
    if (difference.action === 'written' && groups.has(difference.field ?? null))
      plan.told.push({ directoryId, groupId, userId })
}

/** The hub remembers another value of the domain than was read: the account is observed first. */
function isAgreedOld({ decided: { decision } }: Finding): boolean {
  if (decision.kind !== 'change') return false
  const { agreed, account } = decision
  return Object.entries(agreed).some(
    ([key, value]) => (writtenFields.includes(key) || isExportKey(key)) && value !== account?.agreed[key],
  )
}

/** What the import would take away of a user, as it proposes it to the guard. */
function lossesHere({ domain }: ImportRun, { decided, memberships }: Finding): GuardedItem[] {
  const { object, decision } = decided
  if (decision.kind !== 'change' && decision.kind !== 'leave') return []
  const { user } = decision
  const subject = { subjectKind: 'user', subjectId: user.id, subjectName: user.username } as const
  const losses = decision.kind === 'leave' ? [decision.loss] : decision.losses
  const items = losses.map((loss): GuardedItem => ({
    ...subject,
    kind: loss.kind,
    reference: { key: loss.field ?? '', guid: object.guid },
    reason: loss.reason,
    changes: lossChanges(user, loss),
  }))
  const removals = memberships.flatMap(({ groupId, difference }): GuardedItem[] =>
    difference.action === 'taken_over' && difference.takesAway
      ? [
          {
            ...subject,
            kind: 'remove_member',
            reference: { key: groupId, guid: object.guid },
            reason: `The user is not in the group ${difference.field ?? ''} in ${domain.name}.`,
            changes: { [`group:${difference.field ?? ''}`]: { before: 'member' } },
          },
        ]
      : [],
  )
  return [...items, ...removals]
}

/** What writing a user's account now would take away in the domain. */
function lossesThere({ domain }: ImportRun, { decided, differences }: Finding): GuardedItem[] {
  const { object, decision } = decided
  if (decision.kind !== 'change') return []
  return differences.flatMap((difference): GuardedItem[] => {
    const { kind, field, action, takesAway, domainValue = '', hubValue = '' } = difference
    if (action !== 'written' || !takesAway || (kind !== 'field' && kind !== 'state')) return []
    const name = kind === 'state' ? 'account' : (field ?? '')
    return [
      {
        kind: kind === 'state' ? 'suspend' : 'clear_field',
        subjectKind: 'user',
        subjectId: decision.user.id,
        subjectName: decision.user.username,
        reference: { key: name, guid: object.guid },
        reason:
          kind === 'state'
            ? `The account would be disabled in ${domain.name}.`
            : `The value would be removed in ${domain.name}.`,
        changes: { [name]: { before: domainValue, after: hubValue } },
      },
    ]
  })
}

/** Writes what a person released; what waited is applied with it. */
export async function applyReleasedThere(
  db: Queryable,
  { plans }: Pick<ScanNeeds, 'plans'>,
  domainId: string,
): Promise<boolean> {
  const released = { kind: 'comparison', id: domainId } as const
  const planIds = await plans.listReleasedPlanIds(released)
  if (planIds.length === 0) return false
  const guids = [...new Set((await plans.listReleased(released)).map(({ guid }) => guid))]
  const accounts = await userAccounts.lockByExternalIds(db, { directoryId: domainId, externalIds: guids })
  await userAccounts.raise(db, { directoryId: domainId, userIds: accounts.map(({ userId }) => userId) })
  await plans.closeReleased(db, planIds, 'applied')
  return true
}
