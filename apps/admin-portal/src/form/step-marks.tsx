import { IconCircleCheckFilled } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import './step-marks.css'

interface Step {
  readonly key: string
  readonly title: string
  readonly isDone: boolean
  /** Leads to the step from another one, where one may go there. */
  readonly link?: ReactElement | undefined
}

interface StepMarksProps {
  readonly steps: readonly Step[]
  /** The key of the step that is shown. */
  readonly current: string
}

/** The steps of a longer task, with where one stands and what is done. */
export function StepMarks({ steps, current }: StepMarksProps): ReactElement {
  return (
    <nav aria-label="Steps">
      <ol className="step-marks">
        {steps.map(({ key, title, isDone, link }, index) => (
          <li key={key} {...(key === current ? { 'aria-current': 'step' as const } : {})}>
            <span className="step-mark" aria-hidden>
              {isDone ? <IconCircleCheckFilled size={20} /> : index + 1}
            </span>
            {key === current ? <strong>{title}</strong> : (link ?? <span>{title}</span>)}
            {isDone && <span className="portal-hidden">done</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}
