import type { BehaviourPreset, DirectoryBehaviour } from '@lockstep/contract/hub/directory'
import { behaviourQuestions } from './behaviour-words.ts'

type Answers = Pick<DirectoryBehaviour, 'dissociation' | 'takeover' | 'disable' | 'expire'>

interface PresetWords {
  readonly title: string
  readonly detail: string
  readonly answers: Answers
}

/** Whole sets of answers to what happens in the domain, as the hub has them under the same names. */
export const behaviourPresets: Readonly<Record<BehaviourPreset, PresetWords>> = {
  safe: {
    title: 'Safe',
    detail: 'Nobody is deleted or locked out because of what happens in the domain; everything can be taken back.',
    answers: { dissociation: 'suspend', takeover: 'retain', disable: 'suspend', expire: 'expire' },
  },
  as_jumpcloud: {
    title: 'As JumpCloud',
    detail:
      'The defaults of JumpCloud’s agents: who leaves the integration group is deleted here, and who existed here before loses their password until they set one in Active Directory.',
    answers: { dissociation: 'remove', takeover: 'deactivate', disable: 'suspend', expire: 'expire' },
  },
}

const fields = ['dissociation', 'takeover', 'disable', 'expire'] as const

/** The preset that these answers are; undefined when they are a mixture. */
export function presetOf(behaviour: Answers): BehaviourPreset | undefined {
  const names = Object.keys(behaviourPresets) as BehaviourPreset[]
  return names.find((name) => fields.every((field) => behaviourPresets[name].answers[field] === behaviour[field]))
}

export interface PresetChange {
  readonly question: string
  readonly before: string
  readonly after: string
  /** What the new answer does to people. */
  readonly effect: string
}

/** What choosing a preset changes, one line for each question whose answer becomes another one. */
export function presetChanges(before: Answers, preset: BehaviourPreset): readonly PresetChange[] {
  const after = behaviourPresets[preset].answers
  return behaviourQuestions.flatMap(({ field, question, choices }) => {
    if (field === 'usernameFrom' || before[field] === after[field]) return []
    const find = (value: string) => choices.find((choice) => choice.value === value)
    const next = find(after[field])
    return [
      { question, before: find(before[field])?.label ?? '', after: next?.label ?? '', effect: next?.effect ?? '' },
    ]
  })
}
