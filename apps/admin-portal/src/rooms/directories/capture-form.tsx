import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Checkbox } from '@mantine/core'
import type { ReactElement } from 'react'
import { useSession } from '../../session/use-session.ts'
import { captureWords } from '../../words/capture-words.ts'
import { ReviewAnswers } from './review-answers.tsx'
import { useBehaviourDraft } from './use-behaviour-draft.ts'

const needsOptions =
  'Nothing is captured before an import agent on a domain controller is run with the options for it, too.'

/** By what ways passwords that change in the domain become this hub's. */
export function CaptureForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const draft = useBehaviourDraft(directory)
  const { behaviour, set } = draft
  const isOn = directory.behaviour.passwordCapture.length > 0
  return (
    <Section
      title="Password capture"
      detail={
        directory.useCase === 'JCASAUTHORITY'
          ? 'Nothing is captured in this configuration; these settings count once it is changed.'
          : (denied ?? 'Whether a password that is chosen in the domain becomes the password of its user here.')
      }
    >
      <p>
        <StatusChip {...(isOn ? { label: 'On', tone: 'green' } : { label: 'Off', tone: 'grey' })} />{' '}
        <span className="ls-dim">{needsOptions}</span>
      </p>
      <div className="portal-form">
        <Checkbox.Group
          label="Passwords are captured by"
          value={[...behaviour.passwordCapture]}
          onChange={(ways) =>
            set({ passwordCapture: captureWords.map(({ way }) => way).filter((way) => ways.includes(way)) })
          }
        >
          <div className="ls-stack portal-radios">
            {captureWords.map(({ way, label, effect }) => (
              <Checkbox key={way} value={way} label={label} description={effect} disabled={denied !== undefined} />
            ))}
          </div>
        </Checkbox.Group>
        <ReviewAnswers directory={directory} draft={draft} denied={denied} />
      </div>
    </Section>
  )
}
