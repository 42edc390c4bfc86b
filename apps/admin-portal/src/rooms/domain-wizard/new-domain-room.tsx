import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { behaviourPresets } from '../../words/preset-words.ts'
import { ConfigurationChoice } from './configuration-choice.tsx'
import { baseDnOf } from './dn.ts'
import { type DomainDraft, directoryCreateOf, draftPlaces, namedPlaces } from './domain-draft.ts'
import { PlacesStep } from './places-step.tsx'
import { PlacesTree } from './places-tree.tsx'
import { PresetChoice, PresetDifference } from './preset-choice.tsx'
import { dropDraft, useDraft } from './use-draft.ts'
import { type DraftStep, draftSteps, WizardSteps } from './wizard-steps.tsx'
import './domain-wizard.css'

/** Connecting a domain, up to the moment when the hub knows it; what is filled in stays in this browser. */
export function NewDomainRoom(): ReactElement {
  const navigate = useNavigate()
  const { step: asked } = useSearch({ from: '/shell/directories/new' })
  const { draft, change, startOver } = useDraft()
  const [wasBegun] = useState(draft.domain !== '')
  // Counts beginnings: a form that was filled in is not taken over to the next one.
  const [begun, setBegun] = useState(0)
  const hasDomain = baseDnOf(draft.domain) !== undefined
  const wanted = draftSteps.find((each) => each === asked) ?? 'configuration'
  const step: DraftStep = wanted === 'behaviour' && !hasDomain ? 'places' : wanted
  const go = (next: DraftStep): void => void navigate({ to: '/directories/new', search: { step: next } })
  const done = new Set(draftSteps.slice(0, draftSteps.indexOf(step)))
  return (
    <>
      <PageHeader
        title="Connect a domain"
        detail="Nothing is read or written until an agent is added. You can leave at any time and go on later."
        actions={
          wasBegun && draft.domain !== '' ? (
            <Button
              variant="default"
              onClick={() => {
                startOver()
                setBegun(begun + 1)
                go('configuration')
              }}
            >
              Start over
            </Button>
          ) : undefined
        }
      />
      <WizardSteps current={step} done={done} />
      {step === 'configuration' && (
        <div className="portal-form">
          <ConfigurationChoice value={draft.useCase} onChange={(useCase) => change({ useCase })} />
          <p className="ls-dim">It can be changed later, with every step and its effect shown before.</p>
          <div className="ls-actions">
            <Button onClick={() => go('places')}>Continue</Button>
            <Button variant="default" onClick={() => void navigate({ to: '/directories' })}>
              Leave
            </Button>
          </div>
        </div>
      )}
      {step === 'places' && (
        <PlacesStep
          key={begun}
          draft={draft}
          onChange={change}
          onNext={() => go('behaviour')}
          onBack={() => go('configuration')}
        />
      )}
      {step === 'behaviour' && <BehaviourStep draft={draft} onChange={change} onBack={() => go('places')} />}
    </>
  )
}

interface BehaviourStepProps {
  readonly draft: DomainDraft
  readonly onChange: (part: Partial<DomainDraft>) => void
  readonly onBack: () => void
}

function BehaviourStep({ draft, onChange, onBack }: BehaviourStepProps): ReactElement {
  const navigate = useNavigate()
  const [made, setMade] = useState<DirectoryDetail>()
  const create = useAct({
    run: async () => {
      const directory = made ?? (await hub.directories.create(directoryCreateOf(draft)))
      setMade(directory)
      const ready =
        draft.preset === 'safe' ? directory : await hub.directories.update(directory.id, { preset: draft.preset })
      dropDraft()
      return ready
    },
    done: (directory) => `${directory.name} connected; prepare it next`,
    touches: ['directories'],
    after: (directory) =>
      void navigate({ to: '/directories/$directoryId/set-up', params: { directoryId: directory.id }, search: {} }),
  })
  return (
    <div className="wizard-columns">
      <div className="portal-form">
        <PresetChoice value={draft.preset} onChange={(preset) => onChange({ preset })} />
        <PresetDifference before={behaviourPresets.safe.answers} preset={draft.preset} />
        <p className="ls-dim">Each answer can be changed by itself later, in the settings of the domain.</p>
        <FailureNotice
          error={create.error}
          title={
            made === undefined
              ? 'The domain was not connected.'
              : 'The domain was connected, but its behaviour was not set.'
          }
        />
        <div className="ls-actions">
          <Button loading={create.isPending} onClick={() => create.mutate()}>
            Connect domain
          </Button>
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        </div>
      </div>
      <div className="ls-stack">
        <h2>What is connected</h2>
        <PlacesTree places={namedPlaces(draftPlaces(draft))} />
      </div>
    </div>
  )
}
