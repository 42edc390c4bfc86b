import { VisuallyHidden } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react'
import type { ReactElement } from 'react'

export interface PasswordCheck {
  readonly text: string
  readonly isMet: boolean
}

/** What a new password has to be, and which of it is met already. */
export function PasswordChecks({ checks }: { readonly checks: readonly PasswordCheck[] }): ReactElement {
  return (
    <ul className="portal-checks" aria-label="The password">
      {checks.map(({ text, isMet }) => (
        <li key={text} data-met={isMet}>
          {isMet ? <IconCircleCheck size={16} aria-hidden /> : <IconCircleDashed size={16} aria-hidden />}
          <span>
            {text}
            <VisuallyHidden>{isMet ? ', met' : ', not met yet'}</VisuallyHidden>
          </span>
        </li>
      ))}
    </ul>
  )
}
