import type { MemberOutcome, MemberWork } from '@lockstep/contract/agents/protocol'
import { changeMembers } from '@lockstep/ldap/change-members'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { guidBase } from '@lockstep/ldap/guid'
import { requireWritableGroup } from './apply-group.ts'
import { readByGuid } from './directory-object.ts'
import { failureOf, WorkRefusal } from './work-failure.ts'
import type { WorkPlace } from './work-place.ts'

type Member = MemberWork['add'][number]

/** Values in one modify: an interruption costs little, and a refusal is found quickly. */
const batchSize = 500

interface Batch {
  readonly operation: 'add' | 'remove'
  readonly groupBase: string
  readonly members: readonly Member[]
}

/** Users that are now as asked, and the first reason why others are not. */
interface BatchOutcome {
  readonly done: readonly string[]
  readonly failure: unknown
}

/** Adds and removes members of one group and says which are as asked; never rejects. After `stop` no further batch begins. */
export async function applyMembers(place: WorkPlace, work: MemberWork, stop: AbortSignal): Promise<MemberOutcome> {
  const { groupId, membersRead } = work
  const outcome = { kind: 'members' as const, groupId, ...(membersRead === undefined ? {} : { membersRead }) }
  const done = { add: [] as string[], remove: [] as string[] }
  let failure: unknown
  try {
    const group = await readByGuid(place.client, work.groupGuid, [])
    requireWritableGroup(place, group)
    for (const batch of batchesOf(work)) {
      if (stop.aborted) break
      const result = await changeBatch(place, batch)
      done[batch.operation].push(...result.done)
      failure ??= result.failure
    }
  } catch (error) {
    failure ??= error
  }
  const failed = failure === undefined ? {} : { failure: failureOf(failure) }
  return { ...outcome, added: done.add, removed: done.remove, ...failed }
}

function batchesOf(work: MemberWork): readonly Batch[] {
  const groupBase = guidBase(work.groupGuid)
  return (['add', 'remove'] as const).flatMap((operation) => {
    const members = work[operation]
    const count = Math.ceil(members.length / batchSize)
    return Array.from({ length: count }, (_, index) => {
      return { operation, groupBase, members: members.slice(index * batchSize, (index + 1) * batchSize) }
    })
  })
}

/** A refused batch is halved until those who cannot be changed stand alone; the depth is at most nine. */
async function changeBatch(place: WorkPlace, batch: Batch): Promise<BatchOutcome> {
  const { operation, groupBase, members } = batch
  const values = members.map(({ guid }) => guidBase(guid))
  const none: readonly string[] = []
  try {
    const changes = operation === 'add' ? { add: values, remove: none } : { add: none, remove: values }
    await changeMembers(place.client, groupBase, changes)
    return { done: members.map(({ userId }) => userId), failure: undefined }
  } catch (error) {
    if (!isAboutMembers(error)) throw error
    if (members.length > 1) {
      const middle = members.length >> 1
      const first = await changeBatch(place, { ...batch, members: members.slice(0, middle) })
      const second = await changeBatch(place, { ...batch, members: members.slice(middle) })
      return { done: [...first.done, ...second.done], failure: first.failure ?? second.failure }
    }
    const [member] = members
    const isGone =
      member !== undefined && (await place.client.read(guidBase(member.guid), ['objectGUID'])) === undefined
    if (!isGone) return { done: [], failure: error }
    // Whoever is deleted is no member any more.
    if (operation === 'remove') return { done: [member.userId], failure: undefined }
    return { done: [], failure: new WorkRefusal('member_missing', error instanceof DirectoryError ? error : undefined) }
  }
}

/** Whether dividing the batch can help: the group and the connection are as they should be. */
function isAboutMembers(error: unknown): boolean {
  return error instanceof DirectoryError && !error.retryable && error.kind !== 'access_denied'
}
