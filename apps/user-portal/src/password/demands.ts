import type { passwordFaults, PasswordDemands } from '@lockstep/contract/portal/password'
import type { PasswordCheck } from '@lockstep/ui/door/password-checks'

type Fault = (typeof passwordFaults)[number]

/** As many characters as the hub takes. */
export const longestPassword = 1024
/** A part of the username shorter than this is in too many words to be told. */
const shortestUsername = 3

interface Candidate {
  readonly password: string
  readonly username: string
  readonly demands: PasswordDemands
}

/** What can be seen while typing; of earlier and of leaked passwords only the hub knows. */
const isMet: Readonly<Record<Exclude<Fault, 'common' | 'history'>, (candidate: Candidate) => boolean>> = {
  minLength: ({ password, demands }) => [...password].length >= demands.minLength,
  maxLength: ({ password }) => password.length <= longestPassword,
  lowercase: ({ password }) => /\p{Ll}/u.test(password),
  uppercase: ({ password }) => /\p{Lu}/u.test(password),
  number: ({ password }) => /\p{Nd}/u.test(password),
  specialCharacter: ({ password }) => /[^\p{L}\p{N}\s]/u.test(password),
  username: ({ password, username }) =>
    username.length < shortestUsername || !password.toLowerCase().includes(username.toLowerCase()),
}

const isKnown = (name: string): name is keyof typeof isMet => name in isMet

/** "have a digit" as the line of a list: "Have a digit". */
function lineOf(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What the policy demands, and which of it a candidate meets; an empty one meets nothing. */
export function checksOf(candidate: Candidate): readonly PasswordCheck[] {
  return candidate.demands.rules
    .filter(({ name }) => isKnown(name))
    .map(({ name, text }) => ({
      text: lineOf(text),
      isMet: candidate.password !== '' && isKnown(name) && isMet[name](candidate),
    }))
}

/** Demands that only the hub can look at, in one sentence; undefined when there is none. */
export function laterDemands({ rules }: PasswordDemands): string | undefined {
  const texts = rules.filter(({ name }) => !isKnown(name)).map(({ text }) => text)
  return texts.length === 0 ? undefined : `It must also ${texts.join(' and ')}.`
}

/** How far a candidate has come, in words. */
export function strengthOf(checks: readonly PasswordCheck[]): string {
  const missing = checks.filter((check) => !check.isMet).length
  if (missing === 0) return 'Meets every rule'
  return missing === 1 ? 'One rule to go' : `${missing} rules to go`
}

/** A rule of the form: everything that can be seen here is met. */
export function meetsDemands(username: string, demands: PasswordDemands): (password: string) => string | undefined {
  return (password) => {
    if (password === '') return 'Enter a new password.'
    const first = checksOf({ password, username, demands }).find((check) => !check.isMet)
    return first === undefined ? undefined : `It must ${first.text.charAt(0).toLowerCase()}${first.text.slice(1)}.`
  }
}
