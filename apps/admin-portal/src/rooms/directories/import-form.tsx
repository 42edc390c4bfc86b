import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { Checkbox, Switch, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useSession } from '../../session/use-session.ts'
import { behaviourQuestions } from '../../words/behaviour-words.ts'
import { additionalFields, importQuestions } from '../../words/import-words.ts'
import { fieldName } from '../../words/words.ts'
import { AnswerQuestions } from './answer-questions.tsx'
import type { BehaviourPart } from './behaviour-part.ts'
import { FieldAuthorities } from './field-authorities.tsx'
import { ReviewAnswers } from './review-answers.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'

/** Which users and which of their fields come from the domain, and as what. */
export function ImportForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const draft = useBehaviourDraft(directory)
  const { behaviour, set } = draft
  const part = { behaviour, denied, onChange: set }
  return (
    <Section
      title="What is imported"
      detail={
        directory.useCase === 'JCASAUTHORITY'
          ? 'Nothing is imported in this configuration; these settings count once it is changed.'
          : (denied ?? 'Fields, names and state of users who come from the domain.')
      }
    >
      <div className="portal-form">
        <Attributes {...part} />
        <p className="ls-dim">
          First and last name, username and e-mail address are always imported. The e-mail address is mail, or else
          userPrincipalName.
        </p>
        <AnswerQuestions questions={questions} {...part} />
        <TextInput
          label="Group whose members have sudo"
          description="Members of this group of the domain, direct or nested, get administrator rights on their devices. Empty: nobody gets them this way."
          value={behaviour.adminGroup}
          readOnly={denied !== undefined}
          autoComplete="off"
          maxLength={256}
          onChange={(event) => set({ adminGroup: event.currentTarget.value })}
        />
        {directory.useCase === 'TWOWAYSYNC' && <FieldAuthorities {...part} />}
        <ReviewAnswers directory={directory} draft={draft} denied={denied} />
      </div>
    </Section>
  )
}

function Attributes({ behaviour, denied, onChange }: BehaviourPart): ReactElement {
  const { additionalAttributes, excludedFields } = behaviour
  return (
    <>
      <Switch
        label="Import additional attributes"
        description="Beside username, e-mail and names. What is imported is read-only here while the domain decides on it."
        checked={additionalAttributes}
        disabled={denied !== undefined}
        onChange={(event) => onChange({ additionalAttributes: event.currentTarget.checked })}
      />
      {additionalAttributes && (
        <Checkbox.Group
          label="Additional attributes"
          value={additionalFields.filter((field) => !excludedFields.includes(field))}
          onChange={(kept) => onChange({ excludedFields: additionalFields.filter((field) => !kept.includes(field)) })}
        >
          <div className="portal-form-pair portal-radios">
            {additionalFields.map((field) => (
              <Checkbox key={field} value={field} label={fieldName(field)} disabled={denied !== undefined} />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </>
  )
}

/** Who validates passwords has a section of its own. */
const questions = [
  ...behaviourQuestions.filter(({ field }) => field === 'usernameFrom'),
  ...importQuestions.filter(({ field }) => field !== 'delegatedAuthority'),
]
