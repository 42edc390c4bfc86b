import type { BulkJob, BulkJobRow } from '@lockstep/contract/hub/bulk-job'
import { counted } from '../../words/words.ts'

type Tone = 'green' | 'amber' | 'red' | 'blue' | 'grey'
interface Worded {
  readonly label: string
  readonly tone: Tone
}

const verbs: Readonly<Record<BulkJob['kind'], { readonly now: string; readonly done: string }>> = {
  create: { now: 'Creating', done: 'created' },
  update: { now: 'Changing', done: 'changed' },
  expire: { now: 'Expiring passwords of', done: 'expired' },
  unlock: { now: 'Unlocking', done: 'unlocked' },
}

export const jobKinds: Readonly<Record<BulkJob['kind'], string>> = {
  create: 'New users',
  update: 'Changes',
  expire: 'Expired passwords',
  unlock: 'Unlocked users',
}

/** How a job stands as a chip. */
export function jobState({ state, failed, remarked, changed, unchanged }: BulkJob): Worded {
  if (state === 'receiving') return { label: 'Being received', tone: 'blue' }
  if (state === 'working') return { label: 'Working', tone: 'blue' }
  if (state === 'cancelled') return { label: 'Cancelled', tone: 'grey' }
  if (failed === 0)
    return remarked === 0 ? { label: 'Done', tone: 'green' } : { label: 'Done with remarks', tone: 'amber' }
  return changed + unchanged === 0 ? { label: 'Failed', tone: 'red' } : { label: 'Done in part', tone: 'amber' }
}

/** True while rows still wait. */
export function isGoing({ state }: Pick<BulkJob, 'state'>): boolean {
  return state === 'receiving' || state === 'working'
}

export function goingText({ kind, total }: BulkJob): string {
  return `${verbs[kind].now} ${counted(total, 'user')}`
}

/** "1,180 users created, 20 refused, 4 not reached". */
export function resultText({ kind, changed, unchanged, failed, remarked, cancelled }: BulkJob): string {
  return [
    `${counted(changed, 'user')} ${verbs[kind].done}`,
    ...(unchanged > 0 ? [`${unchanged.toLocaleString('en')} were so already`] : []),
    ...(remarked > 0 ? [`${remarked.toLocaleString('en')} with a remark`] : []),
    ...(failed > 0 ? [`${failed.toLocaleString('en')} refused`] : []),
    ...(cancelled > 0 ? [`${cancelled.toLocaleString('en')} not reached`] : []),
  ].join(', ')
}

/** What became of a row as a chip. */
export function outcomeChip(outcome: BulkJobRow['outcome'], kind: BulkJob['kind']): Worded {
  const chips: Readonly<Record<BulkJobRow['outcome'], Worded>> = {
    changed: { label: kind === 'create' ? 'Created' : 'Changed', tone: 'green' },
    unchanged: { label: 'Was so already', tone: 'grey' },
    failed: { label: 'Refused', tone: 'red' },
    waiting: { label: 'Waiting', tone: 'blue' },
    cancelled: { label: 'Not reached', tone: 'grey' },
  }
  return chips[outcome]
}

const reasons: Readonly<Record<string, string>> = {
  username_taken: 'Somebody has this username already.',
  email_taken: 'Somebody has this e-mail already.',
  employee_id_taken: 'Somebody has this employee number already.',
}

/** Why a row was refused, or what it remarks, in words without the field's technical name before them. */
export function refusalText({ code, message = '', field }: BulkJobRow): string {
  const known = reasons[code ?? '']
  if (known !== undefined) return known
  const words = field !== undefined && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message
  return words.charAt(0).toUpperCase() + words.slice(1)
}
