import { AppError } from '@lockstep/contract/app-error'

/** The kinds of mails whose words an organization may choose, by JumpCloud's names. */
export const customEmailTypes = [
  'activate_gapps_user',
  'activate_o365_user',
  'activate_user_custom',
  'lockout_notice_user',
  'password_expiration',
  'password_expiration_warning',
  'password_reset_confirmation',
  'user_change_password',
] as const
export type CustomEmailType = (typeof customEmailTypes)[number]

/** The parts of a mail; one that is absent has the hub's own words. */
export const emailParts = ['subject', 'title', 'header', 'body', 'button', 'nextStepContactInfo'] as const
export type EmailPart = (typeof emailParts)[number]
export type EmailWords = Readonly<Partial<Record<EmailPart, string>>>

interface EmailTemplate {
  readonly name: string
  readonly description: string
  readonly words: EmailWords
}

/** What each mail says when the organization chose nothing. */
export const emailTemplates: Readonly<Record<CustomEmailType, EmailTemplate>> = {
  activate_gapps_user: {
    name: 'Activation for Google Workspace',
    description: 'Invites a user whose account was made for Google Workspace to choose a password.',
    words: activation('Choose the password for your Google account'),
  },
  activate_o365_user: {
    name: 'Activation for Microsoft 365',
    description: 'Invites a user whose account was made for Microsoft 365 to choose a password.',
    words: activation('Choose the password for your Microsoft 365 account'),
  },
  activate_user_custom: {
    name: 'Activation',
    description: 'Invites a new user to choose a password.',
    words: activation('Choose the password for your account'),
  },
  lockout_notice_user: {
    name: 'Account locked',
    description: 'Tells a user that too many failed sign-ins locked the account.',
    words: {
      subject: 'Your account is locked',
      title: 'Your account is locked',
      body: 'There were too many failed attempts to sign in. Wait a while, or ask your help desk to unlock the account.',
    },
  },
  password_expiration: {
    name: 'Password expired',
    description: 'Tells a user that the password expired.',
    words: {
      subject: 'Your password has expired',
      title: 'Your password has expired',
      body: 'Choose a new password to go on working.',
      button: 'Choose a password',
    },
  },
  password_expiration_warning: {
    name: 'Password expires soon',
    description: 'Warns a user before the password expires.',
    words: {
      subject: 'Your password expires soon',
      title: 'Your password expires soon',
      body: 'Choose a new password before it expires.',
      button: 'Choose a password',
    },
  },
  password_reset_confirmation: {
    name: 'Password was reset',
    description: 'Confirms to a user that the password was reset.',
    words: {
      subject: 'Your password was changed',
      title: 'Your password was changed',
      body: 'If this was not you, tell your help desk at once.',
    },
  },
  user_change_password: {
    name: 'Password reset',
    description: 'Lets a user choose a new password.',
    words: {
      subject: 'Choose a new password',
      title: 'Choose a new password',
      body: 'Somebody asked for a new password for your account. If this was not you, nothing is to be done.',
      button: 'Choose a password',
    },
  },
}

function activation(subject: string): EmailWords {
  return {
    subject,
    title: 'Welcome',
    body: 'An account was made for you. Choose a password to begin.',
    button: 'Choose a password',
  }
}

const limits: Readonly<Record<EmailPart, number>> = {
  subject: 200,
  title: 200,
  header: 1_000,
  body: 20_000,
  button: 100,
  nextStepContactInfo: 1_000,
}

/** The parts of an input, limited; a mail without a subject is refused. Line breaks in a subject would end a mail's header. */
export function requireWords(input: Readonly<Partial<Record<EmailPart, string | null | undefined>>>): EmailWords {
  const words: Partial<Record<EmailPart, string>> = {}
  for (const part of emailParts) {
    const text = input[part]
    if (text === undefined || text === null) continue
    if (text.length > limits[part]) throw refuse(part, `may have at most ${limits[part]} characters.`)
    words[part] = text
  }
  const { subject } = words
  if (subject === undefined) throw refuse('subject', 'is required.')
  if (/[\r\n]/.test(subject)) throw refuse('subject', 'must be one line.')
  return words
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
