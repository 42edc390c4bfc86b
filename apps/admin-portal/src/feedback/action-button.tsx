import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface ActionButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Why it cannot be pressed; undefined when it can. It stays reachable, so that the reason can be read. */
  readonly denied?: string | undefined
  readonly onClick: () => void
  readonly children: ReactNode
  readonly 'aria-label'?: string
}

/** A button that says why it is not available. */
export function ActionButton({ denied, onClick, children, ...rest }: ActionButtonProps): ReactElement {
  const blocked = denied !== undefined
  return (
    <Tooltip label={denied} disabled={!blocked} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        aria-disabled={blocked}
        {...(blocked ? { 'data-disabled': true } : {})}
        onClick={() => blocked || onClick()}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
