import type { BehaviourPreset, DirectoryBehaviour } from '@lockstep/contract/hub/directory'
import type { ReactElement } from 'react'
import { ChoiceCards } from '../../form/choice-cards.tsx'
import { behaviourPresets, presetChanges } from '../../words/preset-words.ts'

const presets: readonly BehaviourPreset[] = ['safe', 'as_jumpcloud']

interface PresetChoiceProps {
  readonly value: BehaviourPreset
  readonly onChange: (preset: BehaviourPreset) => void
}

/** Safe defaults, or those of JumpCloud, with what the difference does to people. */
export function PresetChoice({ value, onChange }: PresetChoiceProps): ReactElement {
  return (
    <ChoiceCards
      label="What happens here on what happens in the domain"
      value={value}
      onChange={onChange}
      choices={presets.map((preset) => ({
        value: preset,
        label: behaviourPresets[preset].title,
        detail: behaviourPresets[preset].detail,
      }))}
    />
  )
}

interface PresetDifferenceProps {
  readonly before: Pick<DirectoryBehaviour, 'dissociation' | 'takeover' | 'disable' | 'expire'>
  readonly preset: BehaviourPreset
}

/** What a preset changes, question by question. */
export function PresetDifference({ before, preset }: PresetDifferenceProps): ReactElement | null {
  const changes = presetChanges(before, preset)
  if (changes.length === 0) return null
  return (
    <div className="ls-notice ls-tone-amber" role="group" aria-label="What it changes">
      <div className="ls-notice-body">
        <p className="ls-notice-title">What “{behaviourPresets[preset].title}” changes</p>
        {changes.map(({ question, before: was, after, effect }) => (
          <p key={question}>
            {question}: <s>{was}</s> <strong>{after}</strong>. {effect}
          </p>
        ))}
      </div>
    </div>
  )
}
