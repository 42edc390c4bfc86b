import { ErrorNotice } from '@lockstep/ui/error-notice'
import type { ReactElement } from 'react'
import { failureOf } from '../hub/failure.ts'

interface FailureNoticeProps {
  readonly error: unknown
  readonly title: string
  readonly unchanged?: string
  readonly onRetry?: () => void
}

/** A failed call as a notice; nothing when there is no error. */
export function FailureNotice({ error, title, unchanged, onRetry }: FailureNoticeProps): ReactElement | null {
  if (error === null || error === undefined) return null
  const failure = failureOf(error)
  return (
    <ErrorNotice
      title={title}
      detail={failure.detail}
      unchanged={unchanged}
      requestId={failure.requestId}
      onRetry={onRetry}
    />
  )
}
