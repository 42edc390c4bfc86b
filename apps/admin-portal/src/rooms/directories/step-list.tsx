import type { DirectoryStep } from '@lockstep/contract/hub/directory-change'
import { StatusChip } from '@lockstep/ui/status-chip'
import type { ReactElement, ReactNode } from 'react'
import '../domain-wizard/domain-wizard.css'

interface StepListProps {
  readonly label: string
  readonly steps: readonly DirectoryStep[]
  /** What can be done about a step right here. */
  readonly actionFor?: (step: DirectoryStep) => ReactNode
}

/** Steps in their order: what happens by itself, what somebody has to do, and what comes of each. */
export function StepList({ label, steps, actionFor }: StepListProps): ReactElement {
  return (
    <ol className="wizard-path" aria-label={label}>
      {steps.map((step) => (
        <li key={`${step.key} ${step.title}`}>
          <strong>{step.title}</strong>
          <span className="ls-actions">
            <StepState step={step} />
            {actionFor?.(step)}
          </span>
          <p>{step.effect}</p>
        </li>
      ))}
    </ol>
  )
}

function StepState({ step }: { readonly step: DirectoryStep }): ReactElement {
  if (step.done === true) return <StatusChip tone="green" label="Done" />
  if (step.by === 'administrator') return <StatusChip tone="amber" label="For you to do" />
  return <StatusChip tone="grey" label="By itself" />
}
