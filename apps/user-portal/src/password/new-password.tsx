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
  readonly field: object & { readonly error?: string | undefined }
}

/** The field of a new password with what the policy demands of it, ticked while typing. */
export function NewPassword({ demands, username, value, autoFocus = false, field }: NewPasswordProps): ReactElement {
  const checks = checksOf({ password: value, username, demands })
  const later = laterDemands(demands)
  const isMet = checks.every((check) => check.isMet)
  // What the hub refused beside them is said at the field; that every rule is met would contradict it.
  const strength = isMet && field.error !== undefined ? undefined : strengthOf(checks)
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
        <p className="my-strength" data-met={isMet} aria-live="polite">
          {strength}
        </p>
        <PasswordChecks checks={checks} />
        {later !== undefined && <p className="ls-dim">{later}</p>}
      </div>
    </div>
  )
}
