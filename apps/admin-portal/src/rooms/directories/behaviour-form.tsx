import type { BehaviourPreset, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { Button } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { useSession } from '../../session/use-session.ts'
import { behaviourQuestions } from '../../words/behaviour-words.ts'
import { behaviourPresets, presetOf } from '../../words/preset-words.ts'
import { PresetDifference } from '../domain-wizard/preset-choice.tsx'
import { AnswerQuestions } from './answer-questions.tsx'
import { ReviewAnswers } from './review-answers.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'
import '../domain-wizard/domain-wizard.css'

const presets: readonly BehaviourPreset[] = ['safe', 'as_jumpcloud']

/** Where usernames come from belongs to what is imported. */
const questions = behaviourQuestions.filter(({ field }) => field !== 'usernameFrom')

/** What happens here on what happens in the domain. */
export function BehaviourForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const draft = useBehaviourDraft(directory)
  const { behaviour, dirty, set } = draft
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
        <AnswerQuestions questions={questions} behaviour={behaviour} denied={denied} onChange={set} />
        <ReviewAnswers directory={directory} draft={draft} denied={denied} />
      </div>
    </Section>
  )
}
