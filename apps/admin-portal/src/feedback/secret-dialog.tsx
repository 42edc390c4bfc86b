import { Button, Modal } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface SecretDialogProps {
  readonly opened: boolean
  readonly title: string
  readonly children: ReactNode
  readonly onClose: () => void
}

/** Shows a secret, the only time that it is seen; it closes with its own button only. */
export function SecretDialog({ opened, title, children, onClose }: SecretDialogProps): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <div className="ls-stack">
        {children}
        <div className="ls-dialog-actions">
          <Button onClick={onClose} data-autofocus>
            I have copied it
          </Button>
        </div>
      </div>
    </Modal>
  )
}
