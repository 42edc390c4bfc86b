import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import type { ErrorComponentProps } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** A page that could not be shown at all. */
export function RouteFailure({ error, reset }: ErrorComponentProps): ReactElement {
  return (
    <div className="portal-narrow">
      <FailureNotice
        error={error}
        title="This page could not be shown."
        unchanged="Nothing was changed."
        onRetry={reset}
      />
    </div>
  )
}
