import { Button } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactElement } from 'react'

interface ErrorNoticeProps {
  /** What failed, as a sentence: "The users could not be loaded." */
  readonly title: string
  readonly detail: string
  /** What is as it was before. */
  readonly unchanged?: string | undefined
  readonly requestId?: string | undefined
  readonly onRetry?: (() => void) | undefined
}

/** A failure: what failed, what did not change, the next try, and the id to quote. */
export function ErrorNotice({ title, detail, unchanged, requestId, onRetry }: ErrorNoticeProps): ReactElement {
  return (
    <div className="ls-notice ls-tone-red" role="alert">
      <IconAlertCircle size={20} aria-hidden />
      <div className="ls-notice-body">
        <p className="ls-notice-title">{title}</p>
        <p>{detail}</p>
        {unchanged !== undefined && <p>{unchanged}</p>}
        {requestId !== undefined && (
          <p>
            Request id: <code>{requestId}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
