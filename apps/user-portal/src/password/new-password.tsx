import type { PasswordDemands } from '@lockstep/contract/portal/password'
import { PasswordChecks } from '@lockstep/ui/door/password-checks'
import { PasswordInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { checksOf, laterDemands, longestPassword, strengthOf } from './demands.ts'
import { showPassword } from './show-password.ts'

interface NewPasswordProps {
  readonly demands: PasswordDemands
  readonly username: string
  readonly value: string
  readonly autoFocus?: boolean
  /** What a form gives its field. */
  readonly field: object
}

/** The field of a new password with what the policy demands of it, ticked while typing. */
export function NewPassword({ demands, username, value, autoFocus = false, field }: NewPasswordProps): ReactElement {
  const checks = checksOf({ password: value, username, demands })
  const later = laterDemands(demands)
  return (
    <div className="ls-stack">
      <PasswordInput
        label="New password"
        autoComplete="new-password"
        autoFocus={autoFocus}
        maxLength={longestPassword}
        visibilityToggleButtonProps={showPassword}
        {...field}
      />
      <div className="my-demands">
        <p className="my-strength" data-met={checks.every((check) => check.isMet)} aria-live="polite">
          {strengthOf(checks)}
        </p>
        <PasswordChecks checks={checks} />
        {later !== undefined && <p className="ls-dim">{later}</p>}
      </div>
    </div>
  )
}
