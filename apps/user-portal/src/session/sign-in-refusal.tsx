import { ErrorNotice } from '@lockstep/ui/error-notice'
import { failureOf } from '@lockstep/ui/feedback/failure'
import type { ReactElement } from 'react'

/** What the refusals are called that need more than another try. */
const titles: Readonly<Record<string, string>> = {
  account_not_open: 'Your account is not open.',
  password_change_elsewhere: 'Your password has to be changed first.',
  directory_unreachable: 'Your password cannot be checked now.',
  throttled: 'Too many tries.',
}

/** Why somebody is not signed in, and what helps; the id of the request only where somebody may have to look for it. */
export function SignInRefusal({ error }: { readonly error: unknown }): ReactElement | null {
  if (error === undefined) return null
  const { code, detail, requestId, isRefused } = failureOf(error)
  return (
    <ErrorNotice
      title={titles[code] ?? 'You are not signed in.'}
      detail={detail}
      requestId={isRefused ? undefined : requestId}
    />
  )
}
