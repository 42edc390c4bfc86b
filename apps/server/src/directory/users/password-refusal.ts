import { AppError } from '@lockstep/contract/app-error'
import { describeViolation, type PasswordPolicy, type PasswordViolation } from './password-policy.rules.ts'

/** A password that the policy does not allow, with everything that it lacks. */
export class PasswordRefusal extends AppError {
  readonly violations: readonly PasswordViolation[]

  constructor(violations: readonly PasswordViolation[], policy: PasswordPolicy) {
    const needs = violations.map((violation) => describeViolation(violation, policy)).join(', ')
    super('password_policy', { field: 'password', detail: `password: must ${needs}.` })
    this.violations = violations
  }
}
