import { ActionIcon, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'

/** A cell whose text can be taken with a button that shows under the pointer. */
export function CopyCell({ text, children }: { readonly text: string; readonly children: ReactNode }): ReactElement {
  return (
    <span className="ls-copy-cell">
      <span className="ls-clip">{children}</span>
      <CopyButton value={text} timeout={1_500}>
        {({ copied, copy }) => (
          <ActionIcon
            className="ls-copy-button"
            variant="subtle"
            color="gray"
            size="xs"
            tabIndex={-1}
            aria-label={copied ? 'Copied' : `Copy ${text}`}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  )
}
