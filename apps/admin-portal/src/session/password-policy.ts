import type { PasswordCheck } from '@lockstep/ui/door/password-checks'

/** A rule for new passwords of administrators; the hub asks for 12 characters, and not for blanks alone. */
export function newPassword(value: string): string | undefined {
  if (value !== '' && value.trim() === '') return 'Blanks alone are no password.'
  return value.length < 12 ? 'Use at least 12 characters.' : undefined
}

/** What the hub asks of administrators' passwords, as far as these two entries meet it. */
export function passwordChecks({
  password,
  again,
}: {
  readonly password: string
  readonly again: string
}): readonly PasswordCheck[] {
  return [
    { text: 'At least 12 characters', isMet: password.length >= 12 && password.length <= 1024 },
    { text: 'Not blanks alone', isMet: password.trim() !== '' },
    { text: 'Twice the same', isMet: password !== '' && password === again },
  ]
}

/** The rules of a form with the fields `password` and `again`. */
export const passwordRules = {
  password: newPassword,
  again: (value: string, values: { readonly password: string }): string | undefined =>
    value === values.password ? undefined : 'The two passwords differ.',
}
