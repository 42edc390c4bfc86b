/** What a second factor is proven with. */
export type ProofKind = 'code' | 'recovery'

/** A code without the blanks and hyphens that people type. */
export function bareCode(text: string): string {
  return text.replaceAll(/[\s-]/gu, '')
}

/** A rule: the six digits that an authenticator shows, blanks allowed. */
export function authenticatorCode(value: string): string | undefined {
  return /^\d{6}$/u.test(bareCode(value)) ? undefined : 'Enter the six digits that your authenticator app shows.'
}

/** A rule: a recovery code, in any letter case, with or without its hyphens. */
export function recoveryCode(value: string): string | undefined {
  return /^[a-z2-7]{16}$/iu.test(bareCode(value)) ? undefined : 'Enter one of your recovery codes: four groups of four.'
}

/** What is sent to the hub. */
export function proofOf(kind: ProofKind, value: string): { readonly code: string } | { readonly recoveryCode: string } {
  return kind === 'code' ? { code: bareCode(value) } : { recoveryCode: value.trim() }
}
