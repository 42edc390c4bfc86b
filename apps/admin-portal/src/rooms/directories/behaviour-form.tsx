import type { BehaviourPreset, DirectoryBehaviour, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { Button, Radio } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useSession } from '../../session/use-session.ts'
import { behaviourQuestions } from '../../words/behaviour-words.ts'
import { behaviourPresets, presetOf } from '../../words/preset-words.ts'
import { PresetDifference } from '../domain-wizard/preset-choice.tsx'
import { ReviewSettings } from './review-settings.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'
import '../domain-wizard/domain-wizard.css'

const presets: readonly BehaviourPreset[] = ['safe', 'as_jumpcloud']

/** What happens here on what happens in the domain. */
export function BehaviourForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const { behaviour, change, dirty, set, discard } = useBehaviourDraft(directory)
  const [chosen, setChosen] = useState<BehaviourPreset>()
  const preset = presetOf(behaviour)
  const choose = (next: BehaviourPreset): void => {
    setChosen(next)
    set(behaviourPresets[next].answers)
  }
  return (
    <Section
      title="Behaviour"
      detail={
        denied ??
        'What happens here when something happens in the domain. Kept by the hub and followed by every agent at once.'
      }
    >
      <div className="portal-form">
        {denied === undefined && (
          <div className="ls-stack">
            <div className="ls-actions" role="group" aria-label="Set all answers">
              {presets.map((each) => (
                <Button
                  key={each}
                  variant="default"
                  size="xs"
                  aria-pressed={preset === each}
                  onClick={() => choose(each)}
                >
                  {each === 'safe' ? 'Set the safe defaults' : 'Set as JumpCloud'}
                </Button>
              ))}
              <span className="ls-dim">
                {preset === undefined ? 'Now: answers of your own.' : `Now: ${behaviourPresets[preset].title}.`}
              </span>
            </div>
            {dirty && chosen !== undefined && chosen === preset && (
              <PresetDifference before={directory.behaviour} preset={chosen} />
            )}
          </div>
        )}
        <BehaviourAnswers behaviour={behaviour} denied={denied} onChange={set} />
        <ReviewSettings
          directory={directory}
          change={change}
          denied={denied}
          dirty={dirty}
          onSaved={discard}
          onDiscard={discard}
        />
      </div>
      <UnsavedGuard dirty={dirty} />
    </Section>
  )
}

interface BehaviourAnswersProps {
  readonly behaviour: DirectoryBehaviour
  readonly denied: string | undefined
  readonly onChange: (part: Partial<DirectoryBehaviour>) => void
}

function BehaviourAnswers({ behaviour, denied, onChange }: BehaviourAnswersProps): ReactElement {
  return (
    <>
      {behaviourQuestions
        .filter(({ field }) => field !== 'usernameFrom')
        .map(({ field, question, choices }) => (
          <Radio.Group
            key={field}
            label={question}
            value={behaviour[field]}
            onChange={(value) => onChange({ [field]: value })}
            readOnly={denied !== undefined}
          >
            <div className="ls-stack portal-radios">
              {choices.map(({ value, label, effect }) => (
                <Radio key={value} value={value} label={label} description={effect} disabled={denied !== undefined} />
              ))}
            </div>
          </Radio.Group>
        ))}
    </>
  )
}
