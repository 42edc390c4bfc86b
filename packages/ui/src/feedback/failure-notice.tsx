import type { ReactElement } from 'react'
import { ErrorNotice } from '../error-notice.tsx'
import { failureOf } from './failure.ts'

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
