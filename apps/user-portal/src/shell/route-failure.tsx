import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** A page that could not be shown at all. */
export function RouteFailure({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter()
  const retry = (): void => {
    reset()
    void router.invalidate()
  }
  return (
    <main className="my-failure">
      <FailureNotice error={error} title="This page could not be shown." onRetry={retry} />
    </main>
  )
}
