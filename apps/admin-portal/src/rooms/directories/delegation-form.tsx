import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Radio } from '@mantine/core'
import type { ReactElement } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useSession } from '../../session/use-session.ts'
import { delegationStates } from '../../words/configuration-words.ts'
import { importQuestions } from '../../words/import-words.ts'
import { ReviewSettings } from './review-settings.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'

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
  const { behaviour, change, dirty, set, discard } = useBehaviourDraft(directory)
  return (
    <div className="portal-form">
      {importQuestions
        .filter(({ field }) => field === 'delegatedAuthority')
        .map(({ field, question, choices }) => (
          <Radio.Group
            key={field}
            label={question}
            value={behaviour[field]}
            onChange={(value) => set({ [field]: value })}
            readOnly={denied !== undefined}
          >
            <div className="ls-stack portal-radios">
              {choices.map(({ value, label, effect }) => (
                <Radio key={value} value={value} label={label} description={effect} disabled={denied !== undefined} />
              ))}
            </div>
          </Radio.Group>
        ))}
      <ReviewSettings
        directory={directory}
        change={change}
        denied={denied}
        dirty={dirty}
        onSaved={discard}
        onDiscard={discard}
      />
      <UnsavedGuard dirty={dirty} />
    </div>
  )
}
