import type { ReactElement } from 'react'
import { ErrorNotice } from '../error-notice.tsx'
import { failureOf } from './failure.ts'

interface FailureNoticeProps {
  readonly error: unknown
  readonly title: string
  /** What a refusal left as it was; not said where the call may have been done all the same. */
  readonly unchanged?: string
  readonly onRetry?: () => void
  /** The call may be made again whatever became of it, as with `onRetry`: the title then stands without an answer too. */
  readonly isRepeatable?: boolean
}

/** A failed call as a notice; nothing when there is no error. */
export function FailureNotice(props: FailureNoticeProps): ReactElement | null {
  const { error, title, unchanged, onRetry, isRepeatable = onRetry !== undefined } = props
  if (error === null || error === undefined) return null
  const failure = failureOf(error)
  const isOpen = !failure.isRefused && !isRepeatable
  const aside = isOpen ? 'Look before you try again.' : undefined
  return (
    <ErrorNotice
      title={isOpen ? 'It is not known whether this was done.' : title}
      detail={failure.detail}
      unchanged={failure.isRefused ? unchanged : aside}
      requestId={failure.requestId}
      onRetry={onRetry}
    />
  )
}
