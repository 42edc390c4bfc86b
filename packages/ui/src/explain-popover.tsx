import { ActionIcon, Popover } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { type ReactElement, type ReactNode, useState } from 'react'

interface ExplainPopoverProps {
  /** What is explained, for the button's name: "Why this value: Department". */
  readonly subject: string
  readonly children: ReactNode
}

/** A small button beside a value that says why it is what it is. */
export function ExplainPopover({ subject, children }: ExplainPopoverProps): ReactElement {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-start" withArrow trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          c="dimmed"
          aria-label={`Why this value: ${subject}`}
          onClick={() => setOpened((now) => !now)}
        >
          <IconHelpCircle size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className="ls-explain" aria-label={`Why this value: ${subject}`} tabIndex={-1} data-autofocus>
        {children}
      </Popover.Dropdown>
    </Popover>
  )
}
