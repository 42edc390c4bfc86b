import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import type { ReactElement } from 'react'
import { useSession } from '../../session/use-session.ts'
import { delegationStates } from '../../words/configuration-words.ts'
import { importQuestions } from '../../words/import-words.ts'
import { AnswerQuestions } from './answer-questions.tsx'
import { ReviewAnswers } from './review-answers.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'

const questions = importQuestions.filter(({ field }) => field === 'delegatedAuthority')

/** Whether the domain validates the passwords of its users, and the switch for it where the configuration leaves a choice. */
export function DelegationForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { state, fixed, reason } = directory.delegation
  return (
    <Section title="Delegated Password Validation" detail={reason}>
      <p>
        <StatusChip {...delegationStates[state]} />{' '}
        {fixed && <span className="ls-dim">The configuration leaves no choice here.</span>}
      </p>
      {!fixed && <DelegationSwitch directory={directory} />}
    </Section>
  )
}

function DelegationSwitch({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const draft = useBehaviourDraft(directory)
  const { behaviour, set } = draft
  return (
    <div className="portal-form">
      <AnswerQuestions questions={questions} behaviour={behaviour} denied={denied} onChange={set} />
      <ReviewAnswers directory={directory} draft={draft} denied={denied} />
    </div>
  )
}
