import type { UserAccount } from '@lockstep/contract/hub/user'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import type { ReactElement } from 'react'
import { accountPasswords } from '../../words/password-words.ts'

/** How the password of an account stands, with why it was refused where the account does not say so already. */
export function AccountPassword({ account }: { readonly account: UserAccount }): ReactElement | null {
  const { state, lastSet, error } = account.password
  const words = accountPasswords[state]
  if (words === undefined) return null
  const { detail, ...chip } = words
  return (
    <div className="portal-whole portal-password">
      <StatusChip {...chip} />
      <span className="ls-dim">
        {detail}
        {lastSet !== undefined && (
          <>
            {' '}
            Last set there <Time at={lastSet} />.
          </>
        )}
      </span>
      {error && error.message !== account.error?.message && (
        <div className="portal-remedy">
          <strong>{error.message}</strong>
          <span>{error.remedy}</span>
          <span className="ls-dim">
            Refused <Time at={error.at} />
          </span>
        </div>
      )}
    </div>
  )
}
