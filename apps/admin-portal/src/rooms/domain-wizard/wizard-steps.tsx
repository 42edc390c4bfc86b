import { IconCircleCheckFilled } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

export const draftSteps = ['configuration', 'places', 'behaviour'] as const
export const setUpSteps = ['prepare', 'agents', 'read'] as const
export type DraftStep = (typeof draftSteps)[number]
export type SetUpStep = (typeof setUpSteps)[number]

const titles: Readonly<Record<DraftStep | SetUpStep, string>> = {
  configuration: 'Who decides',
  places: 'Name and places',
  behaviour: 'Behaviour',
  prepare: 'Prepare the domain',
  agents: 'Add the agents',
  read: 'First read',
}

interface WizardStepsProps {
  readonly current: DraftStep | SetUpStep
  readonly done: ReadonlySet<DraftStep | SetUpStep>
  /** Present once the domain is known to the hub; what was chosen before is then changed in its settings. */
  readonly directoryId?: string
}

/** All steps of connecting a domain, with where one stands and what is done. */
export function WizardSteps({ current, done, directoryId }: WizardStepsProps): ReactElement {
  return (
    <nav aria-label="Steps">
      <ol className="wizard-steps">
        {[...draftSteps, ...setUpSteps].map((step, index) => (
          <li key={step} {...(step === current ? { 'aria-current': 'step' as const } : {})}>
            <span className="wizard-mark" aria-hidden>
              {done.has(step) ? <IconCircleCheckFilled size={20} /> : index + 1}
            </span>
            <StepName
              step={step}
              current={current}
              done={done}
              {...(directoryId === undefined ? {} : { directoryId })}
            />
            {done.has(step) && <span className="portal-hidden">done</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}

function StepName({
  step,
  current,
  done,
  directoryId,
}: WizardStepsProps & { readonly step: DraftStep | SetUpStep }): ReactElement {
  const title = titles[step]
  if (step === current) return <strong>{title}</strong>
  const draftStep = draftSteps.find((each) => each === step)
  const setUpStep = setUpSteps.find((each) => each === step)
  if (directoryId === undefined && draftStep !== undefined && done.has(step)) {
    return (
      <Link to="/directories/new" search={{ step: draftStep }}>
        {title}
      </Link>
    )
  }
  if (directoryId !== undefined && setUpStep !== undefined) {
    return (
      <Link to="/directories/$directoryId/set-up" params={{ directoryId }} search={{ step: setUpStep }}>
        {title}
      </Link>
    )
  }
  return <span>{title}</span>
}
