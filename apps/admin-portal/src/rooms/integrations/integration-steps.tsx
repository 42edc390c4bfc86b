import type { ReactElement } from 'react'
import { StepMarks } from '../../form/step-marks.tsx'

interface IntegrationStepsProps {
  readonly current: 'client' | 'connect'
}

/** Where one stands while an integration is added. */
export function IntegrationSteps({ current }: IntegrationStepsProps): ReactElement {
  return (
    <StepMarks
      current={current}
      steps={[
        { key: 'client', title: 'Choose the client', isDone: current === 'connect' },
        { key: 'connect', title: 'Connect it', isDone: false },
      ]}
    />
  )
}
