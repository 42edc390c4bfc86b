// What the hub's mails say when nobody chose other words.
import type { NoticeKind } from '@lockstep/contract/hub/notice'
import type { EmailWords } from '../../directory/organization/custom-email.rules.ts'
import type { NoticeValues } from './notice.rules.ts'

/** A mail in words, not yet in a form. */
export interface MailWords {
  readonly subject: string
  readonly title: string
  readonly paragraphs: readonly string[]
  readonly button?: { readonly label: string; readonly url: string }
  /** Below the button. */
  readonly closing?: readonly string[]
  /** Why the recipient gets this. */
  readonly reason: string
}

export interface WordSurroundings {
  readonly organization: string
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly recipientName: string
}

type Writer = (value: (name: string) => string, surroundings: WordSurroundings) => MailWords

/** The words of a mail. */
export function wordsOf(kind: NoticeKind, values: NoticeValues, surroundings: WordSurroundings): MailWords {
  return writers[kind]((name) => values[name] ?? '', surroundings)
}

const preference = 'You get this because you are an administrator of the hub. Choose your mails under your own account.'

const writers: Readonly<Record<NoticeKind, Writer>> = {
  administrator_invitation: (value, { organization, publicUrl }) => ({
    subject: `You are an administrator of ${organization}`,
    title: `Welcome to ${organization}`,
    paragraphs: [
      'An account as an administrator was made for you. Choose a password to begin.',
      `The link works once, until ${time(value('expires'))}.`,
    ],
    button: { label: 'Choose a password', url: passwordUrl(publicUrl, value('token')) },
    closing: ['Did you not expect this? Then do nothing, and tell who looks after the directory.'],
    reason: 'You get this because an administrator gave you an account.',
  }),

  administrator_password: (value, { organization, publicUrl }) => ({
    subject: `Choose a new password for ${organization}`,
    title: 'Choose a new password',
    paragraphs: [
      'A link to choose a new password was asked for. Your password stays as it is until you choose another one.',
      `The link works once, until ${time(value('expires'))}.`,
    ],
    button: { label: 'Choose a password', url: passwordUrl(publicUrl, value('token')) },
    closing: ['Was it not you who asked? Then do nothing, and tell who looks after the directory.'],
    reason: 'You get this because somebody asked for a link for your account as an administrator.',
  }),

  plan_held: (value, { publicUrl }) => ({
    subject: `${value('source')}: changes wait for your decision`,
    title: 'The guard holds changes back',
    paragraphs: [
      `${value('source')} wants to take away more than usual: ${count(value('items'), 'change')} so far.`,
      value('reason'),
      'Nothing of this happens until a person releases it. All other changes go on.',
    ],
    button: { label: 'Look at the plan', url: `${publicUrl}/admin/plans/${value('planId')}` },
    reason: preference,
  }),

  integration_refused: (value, { publicUrl }) => ({
    subject: `${value('integration')}: changes were refused`,
    title: 'A burst of changes was refused',
    paragraphs: [
      `${value('integration')} wants to take away more than its limit allows, and is refused since ${time(value('at'))}.`,
      value('reason'),
      'Nothing of this happened. Look whether the client does it by accident, or raise the limit in the settings of the integration.',
    ],
    button: { label: 'Open the portal', url: `${publicUrl}/admin` },
    reason: preference,
  }),

  domain_silent: (value, { publicUrl }) => ({
    subject: `${value('domain')}: no ${value('agentKind')} agent is at work`,
    title: `No ${value('agentKind')} agent of ${value('domain')} is at work`,
    paragraphs: [
      `The last one stopped${value('reason') === '' ? '' : ` (${value('reason')})`} and was missed at ${time(value('at'))}.`,
      value('agentKind') === 'import'
        ? 'What changes in the domain does not reach the hub until an agent is back. Nothing is lost.'
        : 'What changes in the hub waits until an agent is back. Nothing is lost.',
      'Check that the agent’s service runs, and that its machine reaches the hub.',
    ],
    button: { label: 'Look at the directory', url: `${publicUrl}/admin/directories/${value('directoryId')}` },
    reason: preference,
  }),

  domain_heard: (value, { publicUrl }) => ({
    subject: `${value('domain')}: the ${value('agentKind')} agent is back`,
    title: `The ${value('agentKind')} agent of ${value('domain')} is back`,
    paragraphs: [`It is at work again since ${time(value('at'))}. What waited is being caught up on.`],
    button: { label: 'Look at the directory', url: `${publicUrl}/admin/directories/${value('directoryId')}` },
    reason: preference,
  }),

  bulk_job_ended: (value, { publicUrl }) => ({
    subject: `${value('job')}: done${value('failed') === '0' ? '' : `, ${value('failed')} failed`}`,
    title: `${value('job')} is done`,
    paragraphs: [
      `${count(value('changed'), 'user')} changed, ${value('unchanged')} were so already, ${value('failed')} failed.`,
    ],
    button: { label: 'Look at the results', url: `${publicUrl}/admin/users/imports/${value('jobId')}` },
    reason: 'You get this because you began the job. Choose your mails under your own account.',
  }),

  member_suggestions: (value, { publicUrl }) => ({
    subject: `${value('group')}: the rule suggests changes of its members`,
    title: `Suggestions for the group ${value('group')}`,
    paragraphs: [
      `The group’s rule suggests to add ${count(value('add'), 'user')} and to remove ${count(value('remove'), 'user')}.`,
      'Nothing changes until somebody accepts it.',
    ],
    button: { label: 'Look at the group', url: `${publicUrl}/admin/groups/${value('groupId')}` },
    reason: 'You get this because the group asks for mails about suggestions.',
  }),

  user_bound: (value, { organization, recipientName }) => ({
    subject: `Your account in ${value('directory')}`,
    title: `You were added to ${value('directory')}`,
    paragraphs: [
      `Hello ${recipientName},`,
      `${organization} keeps your account in the directory ${value('directory')} from now on. Your username is ${value('username')}.`,
      value('url') === ''
        ? 'You need not do anything. If you cannot sign in there, ask your help desk.'
        : `Sign in to the portal once, so that your password reaches ${value('directory')}. After that it is the same there.`,
    ],
    ...(value('url') === '' ? {} : { button: { label: 'Sign in to the portal', url: value('url') } }),
    reason: `You get this because you have an account at ${organization}.`,
  }),

  user_activation: (value, { organization, recipientName }) => ({
    subject: `Welcome to ${organization}`,
    title: `Welcome to ${organization}`,
    paragraphs: [
      `Hello ${recipientName},`,
      `An account was made for you. Your username is ${value('username')}. Choose a password to begin.`,
    ],
    button: { label: 'Choose a password', url: withToken(value('url'), value('token')) },
    ...(value('expires') === '' ? {} : { closing: [`The link works once, until ${time(value('expires'))}.`] }),
    reason: `You get this because you have an account at ${organization}.`,
  }),

  user_password: (value, { organization, recipientName }) => ({
    subject: `Choose a new password for ${organization}`,
    title: value('directory') === '' ? 'Choose a new password' : 'Where your password is changed',
    paragraphs: [
      `Hello ${recipientName},`,
      value('asker') === 'administrator'
        ? `An administrator sends you this link to choose another password for ${value('username')}.`
        : `Somebody, most likely you, said that they forgot the password of ${value('username')}.`,
      value('directory') === ''
        ? `Your password stays as it is until you choose another one. The link works once, until ${time(value('expires'))}.`
        : `Your password is managed in ${value('directory')} and changed there. Ask your help desk if you do not know how.`,
    ],
    ...(value('directory') === ''
      ? { button: { label: 'Choose a password', url: withToken(value('url'), value('token')) } }
      : {}),
    closing: [
      value('asker') === 'administrator'
        ? 'Did you not expect this? Then do nothing, and tell your help desk.'
        : 'Was it not you? Then do nothing.',
    ],
    reason: `You get this because somebody asked for it for your account at ${organization}.`,
  }),

  user_password_changed: (value, { organization, publicUrl, recipientName }) => ({
    subject: `Your password for ${organization} was changed`,
    title: 'Your password was changed',
    paragraphs: [
      `Hello ${recipientName},`,
      `The password of ${value('username')} was changed on ${time(value('at'))}${value('browser') === '' ? '' : `, with ${value('browser')}`}. You are signed out everywhere else.`,
      'Was it you? Then there is nothing to do. Was it not? Choose another one at once, and tell your help desk.',
    ],
    button: { label: 'I did not do this', url: `${publicUrl}/portal/forgotten-password` },
    reason: `You get this because you have an account at ${organization}.`,
  }),

  user_password_expiry: (value, { organization, recipientName }) => ({
    subject: `Your password for ${organization} is about to expire`,
    title: 'Your password is about to expire',
    paragraphs: [
      `Hello ${recipientName},`,
      `The password of ${value('username')} expires on ${time(value('at'))}. Choose another one before that.`,
      value('directory') === ''
        ? 'Sign in to the portal to change it.'
        : `It is managed in ${value('directory')}. With this link you can change it here once; it is then changed in ${value('directory')} too.`,
    ],
    button: { label: 'Change the password', url: withToken(value('url'), value('token')) },
    reason: `You get this because you have an account at ${organization}.`,
  }),

  user_locked: (value, { organization, publicUrl, recipientName }) => ({
    subject: `Your account at ${organization} is locked`,
    title: 'Your account is locked',
    paragraphs: [
      `Hello ${recipientName},`,
      `Too many wrong passwords were typed for ${value('username')}.`,
      value('until').startsWith('9999')
        ? 'Ask your help desk to unlock it.'
        : `You can sign in again after ${time(value('until'))}, or choose another password now.`,
      'Was it not you who typed them? Then tell your help desk.',
    ],
    button: { label: 'Choose another password', url: `${publicUrl}/portal/forgotten-password` },
    reason: `You get this because you have an account at ${organization}.`,
  }),

  user_second_factor_asked: (value, { organization, recipientName }) => ({
    subject: `Set up a second factor for ${organization}`,
    title: 'Set up a second factor',
    paragraphs: [
      `Hello ${recipientName},`,
      `An administrator asks for a second factor beside the password of ${value('username')}: an authenticator app or a passkey. It takes a minute.`,
      value('until') === ''
        ? 'From now on you need one to sign in; the portal asks you for it at the next sign-in.'
        : `Set one up before ${time(value('until'))}. After that you need one to sign in.`,
    ],
    button: { label: 'Set it up', url: value('url') },
    reason: `You get this because you have an account at ${organization}.`,
  }),

  user_second_factor_reset: (value, { organization, recipientName }) => ({
    subject: `Your second factor for ${organization} was reset`,
    title: 'Your second factor was reset',
    paragraphs: [
      `Hello ${recipientName},`,
      `An administrator reset the second factor of ${value('username')} on ${time(value('at'))}. Your authenticator, passkeys and recovery codes do not work here any more.`,
      value('from') === ''
        ? 'Your password alone lets you in until you set up another one.'
        : `Set up another one before ${time(value('from'))}: until then your password alone lets you in.`,
      'Did you not ask for this? Then tell your help desk at once.',
    ],
    button: { label: 'Set up another one', url: value('url') },
    reason: `You get this because you have an account at ${organization}.`,
  }),

  test: (value, { organization, publicUrl }) => ({
    subject: `Test mail of ${organization}`,
    title: 'Mails of the hub arrive',
    paragraphs: [`${value('requestedBy')} asked for this mail, to see whether mails are delivered.`],
    button: { label: 'Open the portal', url: `${publicUrl}/admin` },
    reason: 'You get this because somebody wanted to try out the mail server.',
  }),
}

/** The organization's own words over the hub's: what it left out stays the hub's. */
export function withCustomWords(
  words: MailWords,
  custom: EmailWords | undefined,
  values: Readonly<Record<string, string>>,
): MailWords {
  if (custom === undefined) return words
  const fill = (text: string): string => filled(text, values)
  const { subject, title, header, body, button, nextStepContactInfo } = custom
  const opening = [header, body].filter((text) => text !== undefined && text.trim() !== '')
  return {
    ...words,
    ...(subject === undefined ? {} : { subject: fill(subject) }),
    ...(title === undefined ? {} : { title: fill(title) }),
    ...(opening.length === 0 ? {} : { paragraphs: opening.flatMap((text) => paragraphs(fill(text ?? ''))) }),
    ...(button === undefined || words.button === undefined ? {} : { button: { ...words.button, label: fill(button) } }),
    ...(nextStepContactInfo === undefined ? {} : { closing: paragraphs(fill(nextStepContactInfo)) }),
  }
}

/** Puts values for `{{name}}`; what is not known stays as it was written. Values are never looked through again. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\s*([a-z]{1,40})\s*\}\}/gi, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}

function paragraphs(text: string): readonly string[] {
  return text
    .split(/\r?\n\s*\r?\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function passwordUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/admin/password?token=${encodeURIComponent(token)}`
}

/** The address of a link; what the organization wrote into it stays. */
function withToken(url: string, token: string): string {
  if (token === '' || !URL.canParse(url)) return url
  const address = new URL(url)
  address.searchParams.set('token', token)
  return address.href
}

function count(number: string, noun: string): string {
  return `${number} ${noun}${number === '1' ? '' : 's'}`
}

/** `22 November 2026, 05:10 UTC`. */
function time(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  return `${day}, ${at.toISOString().slice(11, 16)} UTC`
}
