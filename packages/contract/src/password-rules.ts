import Type, { type Static } from 'typebox'

/** What a password must be, of what can be told from the password and the username alone. */
export const PasswordRules = Type.Object({
  minLength: Type.Integer(),
  needsLowercase: Type.Boolean(),
  needsUppercase: Type.Boolean(),
  needsNumeric: Type.Boolean(),
  needsSymbolic: Type.Boolean(),
  /** True: a password may contain the username. */
  allowUsernameSubstring: Type.Boolean(),
})
export type PasswordRules = Static<typeof PasswordRules>

/** The rules of a new hub, and of whoever has not heard others. */
export const defaultPasswordRules: PasswordRules = {
  minLength: 12,
  needsLowercase: true,
  needsUppercase: true,
  needsNumeric: true,
  needsSymbolic: true,
  allowUsernameSubstring: false,
}

/** Of what a rule demands: the words of `fullValidationDetails=password`. */
export type BrokenPasswordRule =
  | 'minLength'
  | 'maxLength'
  | 'lowercase'
  | 'uppercase'
  | 'number'
  | 'specialCharacter'
  | 'username'
  | 'common'

/** A broken rule as a part of a sentence for people: what a password must. */
export function describeBrokenRule(rule: BrokenPasswordRule, { minLength }: Pick<PasswordRules, 'minLength'>): string {
  switch (rule) {
    case 'minLength':
      return `have at least ${minLength} characters`
    case 'maxLength':
      return `have at most ${longestPassword} characters`
    case 'lowercase':
      return 'have a lower-case letter'
    case 'uppercase':
      return 'have an upper-case letter'
    case 'number':
      return 'have a digit'
    case 'specialCharacter':
      return 'have a special character'
    case 'username':
      return 'not contain the username'
    case 'common':
      return 'not be a leaked password that many people use'
  }
}

/** The most characters of a password. */
export const longestPassword = 1024
/** A part of the username shorter than this is in too many words to be told. */
const shortestUsername = 3

/** Everything that a password lacks by the rules. */
export function brokenPasswordRules(
  password: string,
  rules: PasswordRules,
  username: string,
): readonly BrokenPasswordRule[] {
  const broken: BrokenPasswordRule[] = []
  if ([...password].length < rules.minLength) broken.push('minLength')
  if (password.length > longestPassword) broken.push('maxLength')
  if (rules.needsLowercase && !/\p{Ll}/u.test(password)) broken.push('lowercase')
  if (rules.needsUppercase && !/\p{Lu}/u.test(password)) broken.push('uppercase')
  if (rules.needsNumeric && !/\p{Nd}/u.test(password)) broken.push('number')
  if (rules.needsSymbolic && !/[^\p{L}\p{N}\s]/u.test(password)) broken.push('specialCharacter')
  const containsName = username.length >= shortestUsername && password.toLowerCase().includes(username.toLowerCase())
  if (!rules.allowUsernameSubstring && containsName) broken.push('username')
  return broken
}
