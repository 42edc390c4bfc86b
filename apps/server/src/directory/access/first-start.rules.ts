import { isEmail, passwordFault } from './access.rules.ts'

/** What the environment says about the first administrator. */
export interface FirstStartInput {
  readonly email?: string | undefined
  readonly password?: string | undefined
  readonly apiKey?: string | undefined
}

export type FirstStartVariable = 'LOCKSTEP_ADMIN_EMAIL' | 'LOCKSTEP_ADMIN_PASSWORD' | 'LOCKSTEP_API_KEY'

/** The environment names a first administrator that cannot be made; the message holds no value. */
export class FirstStartError extends Error {
  override readonly name = 'FirstStartError'
  readonly variable: FirstStartVariable

  constructor(variable: FirstStartVariable, what: string) {
    super(`${variable} ${what}`)
    this.variable = variable
  }
}

export interface FirstAdministrator {
  readonly email: string
  readonly password: string
  readonly apiKey?: string
}

const minApiKeyLength = 32

/** The administrator to make, undefined when none is named; throws `FirstStartError` for what makes no sense. */
export function firstAdministrator(input: FirstStartInput): FirstAdministrator | undefined {
  // An empty variable is what a line such as NAME= leaves behind, and means none.
  const email = input.email?.trim() || undefined
  const password = input.password || undefined
  const apiKey = input.apiKey || undefined
  if (email === undefined && password === undefined && apiKey === undefined) return undefined
  if (email === undefined)
    throw new FirstStartError(
      'LOCKSTEP_ADMIN_EMAIL',
      'is missing: a password or an API key belongs to an administrator.',
    )
  if (!isEmail(email)) throw new FirstStartError('LOCKSTEP_ADMIN_EMAIL', 'is not an e-mail address.')
  if (password === undefined)
    throw new FirstStartError('LOCKSTEP_ADMIN_PASSWORD', 'is missing: the first administrator needs a password.')
  const fault = passwordFault(password)
  if (fault !== undefined) throw new FirstStartError('LOCKSTEP_ADMIN_PASSWORD', `cannot be used. ${fault}`)
  if (apiKey !== undefined) checkApiKey(apiKey)
  return { email, password, ...(apiKey === undefined ? {} : { apiKey }) }
}

function checkApiKey(apiKey: string): void {
  if (apiKey.length < minApiKeyLength)
    throw new FirstStartError('LOCKSTEP_API_KEY', `needs at least ${minApiKeyLength} characters.`)
  // RFC 9110, section 5.5: neither control characters nor surrounding spaces survive in a header.
  if (apiKey !== apiKey.trim() || /\p{Cc}/u.test(apiKey))
    throw new FirstStartError(
      'LOCKSTEP_API_KEY',
      'has spaces around it or control characters, which no header can carry.',
    )
}
