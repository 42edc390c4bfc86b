import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { StepMarks } from '../../form/step-marks.tsx'

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
  const steps = [...draftSteps, ...setUpSteps].map((step) => ({
    key: step,
    title: titles[step],
    isDone: done.has(step),
    link: linkTo(step, done.has(step), directoryId),
  }))
  return <StepMarks steps={steps} current={current} />
}

/** A step that was filled in can be changed until the domain is known to the hub; those after it are open in any order. */
function linkTo(
  step: DraftStep | SetUpStep,
  isDone: boolean,
  directoryId: string | undefined,
): ReactElement | undefined {
  const draftStep = draftSteps.find((each) => each === step)
  const setUpStep = setUpSteps.find((each) => each === step)
  if (directoryId === undefined && draftStep !== undefined && isDone) {
    return (
      <Link to="/directories/new" search={{ step: draftStep }}>
        {titles[step]}
      </Link>
    )
  }
  if (directoryId !== undefined && setUpStep !== undefined) {
    return (
      <Link to="/directories/$directoryId/set-up" params={{ directoryId }} search={{ step: setUpStep }}>
        {titles[step]}
      </Link>
    )
  }
  return undefined
}
