import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import type { PlanRow } from '@lockstep/contract/hub/plan'
import { counted } from '../../words/words.ts'

/** Something that waits for a person. */
export interface Need {
  readonly key: string
  readonly tone: 'red' | 'amber'
  readonly label: string
  readonly text: string
  readonly link: { readonly room: 'plan' | 'directory' | 'problems'; readonly id: string; readonly text: string }
}

/** What waits for a person, the most urgent first: what does not work, what is held, what failed, what is left out. */
export function needsOf(plans: readonly PlanRow[], directories: readonly DirectoryRow[]): readonly Need[] {
  const broken = directories
    .filter((each) => each.health.light === 'red')
    .map((each): Need => ({
      key: `red.${each.id}`,
      tone: 'red',
      label: 'Does not work',
      text: `${each.name}: ${each.health.reason}`,
      link: { room: 'directory', id: each.id, text: `Look at ${each.name}` },
    }))
  const held = plans.map((plan): Need => ({
    key: `plan.${plan.id}`,
    tone: 'amber',
    label: 'Held',
    text: `${plan.sourceName}: ${plan.reason}`,
    link: { room: 'plan', id: plan.id, text: `Review ${counted(plan.itemCount, 'change')}` },
  }))
  const failed = directories
    .filter((each) => each.failedCount > 0)
    .map((each): Need => ({
      key: `failed.${each.id}`,
      tone: 'red',
      label: 'Failed',
      text: `${counted(each.failedCount, 'account')} in ${each.name} could not be written.`,
      link: { room: 'problems', id: each.id, text: 'See why' },
    }))
  const leftOut = directories
    .filter((each) => each.problemCount > 0)
    .map((each): Need => ({
      key: `problems.${each.id}`,
      tone: 'amber',
      label: 'Left out',
      text: `${counted(each.problemCount, 'object')} of ${each.name} ${each.problemCount === 1 ? 'has a problem' : 'have problems'}.`,
      link: { room: 'problems', id: each.id, text: 'See the problems' },
    }))
  return [...broken, ...held, ...failed, ...leftOut]
}

export interface FirstStep {
  readonly key: 'domain' | 'agent' | 'users'
  readonly done: boolean
  readonly text: string
}

/** The way to a hub that does something; undefined once it does. */
export function firstStepsOf(
  userCount: number,
  directories: readonly DirectoryRow[],
): readonly FirstStep[] | undefined {
  const connected = directories.length > 0
  const inContact = directories.some((each) => each.lastReadAt !== undefined || each.lastWriteAt !== undefined)
  if (userCount > 0 && (inContact || !connected)) return undefined
  return [
    { key: 'domain', done: connected, text: 'Connect a domain, to keep its users and groups in lockstep' },
    { key: 'agent', done: inContact, text: 'Add an agent beside the domain; it reads and writes for this hub' },
    { key: 'users', done: userCount > 0, text: 'See the users arrive, or create the first one yourself' },
  ]
}
