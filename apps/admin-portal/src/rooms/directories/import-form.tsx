import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { Checkbox, Radio, Switch, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useSession } from '../../session/use-session.ts'
import { behaviourQuestions } from '../../words/behaviour-words.ts'
import { additionalFields, importQuestions } from '../../words/import-words.ts'
import { fieldName } from '../../words/words.ts'
import type { BehaviourPart } from './behaviour-part.ts'
import { FieldAuthorities } from './field-authorities.tsx'
import { ReviewSettings } from './review-settings.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'

/** Which users and which of their fields come from the domain, and as what. */
export function ImportForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const { behaviour, change, dirty, set, discard } = useBehaviourDraft(directory)
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
        <Questions {...part} />
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

function Questions({ behaviour, denied, onChange }: BehaviourPart): ReactElement {
  return (
    <>
      {questions.map(({ field, question, choices }) => (
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
