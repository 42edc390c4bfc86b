import type { ReactElement } from 'react'
import { ErrorNotice } from '../error-notice.tsx'
import { failureOf } from './failure.ts'

interface FailureNoticeProps {
  readonly error: unknown
  readonly title: string
  /** What a refusal left as it was; not said where the call may have been done all the same. */
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
      unchanged={failure.isRefused ? unchanged : undefined}
      requestId={failure.requestId}
      onRetry={onRetry}
    />
  )
}
