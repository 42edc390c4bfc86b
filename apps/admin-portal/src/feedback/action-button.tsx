import { Button, type ButtonProps, Loader, Tooltip } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface ActionButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Why it cannot be pressed; undefined when it can. It stays reachable, so that the reason can be read. */
  readonly denied?: string | undefined
  readonly onClick: () => void
  readonly children: ReactNode
  readonly 'aria-label'?: string
}

/** A button that says why it is not available, and keeps the focus while it works. */
export function ActionButton({ denied, loading = false, onClick, children, ...rest }: ActionButtonProps): ReactElement {
  const blocked = denied !== undefined
  // A disabled button would lose the focus, and what opens next could not give it back.
  const working = loading ? { 'aria-busy': true, leftSection: <Loader size={14} color="currentColor" /> } : {}
  return (
    <Tooltip label={denied} disabled={!blocked} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        {...working}
        aria-disabled={blocked}
        {...(blocked ? { 'data-disabled': true } : {})}
        onClick={() => blocked || loading || onClick()}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
