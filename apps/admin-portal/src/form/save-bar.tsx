import { Button } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import './save-bar.css'

interface SaveBarProps {
  /** What the button says. */
  readonly label: string
  readonly dirty: boolean
  readonly busy: boolean
  readonly disabled?: boolean
  /** Absent: the button submits its form. */
  readonly onSave?: () => void
  readonly onDiscard: () => void
  readonly children?: ReactNode
}

/** Below settings and always in sight: saving what was changed, and taking it back. */
export function SaveBar({ label, dirty, busy, disabled, onSave, onDiscard, children }: SaveBarProps): ReactElement {
  const saving = onSave === undefined ? ({ type: 'submit' } as const) : { onClick: onSave }
  return (
    <div className="portal-save">
      <Button {...saving} loading={busy} disabled={!dirty || disabled === true}>
        {label}
      </Button>
      {dirty && (
        <Button variant="default" onClick={onDiscard}>
          Discard changes
        </Button>
      )}
      {children}
    </div>
  )
}
