import Type, { type Static } from 'typebox'
import { pageQuery } from './page.ts'

const strict = { additionalProperties: false } as const

/** What mails are about. */
export const noticeKinds = [
  'administrator_invitation',
  'administrator_password',
  'plan_held',
  'integration_refused',
  'domain_silent',
  'domain_heard',
  'bulk_job_ended',
  'member_suggestions',
  'user_bound',
  'user_activation',
  'user_password',
  'user_password_changed',
  'user_password_expiry',
  'user_locked',
  'user_second_factor_asked',
  'user_second_factor_reset',
  'test',
] as const
export type NoticeKind = (typeof noticeKinds)[number]
const Kind = Type.Unsafe<NoticeKind>(Type.Union(noticeKinds.map((kind) => Type.Literal(kind))))

/** The kinds that an administrator may have or not. */
export const chosenNoticeKinds = [
  'plan_held',
  'integration_refused',
  'domain_silent',
  'domain_heard',
  'bulk_job_ended',
] as const
export type ChosenNoticeKind = (typeof chosenNoticeKinds)[number]

/** `waiting` for its turn or another try; `sending`; `sent`: the server took it; `failed`: given up; `dropped`: not needed any more. */
export const noticeStates = ['waiting', 'sending', 'sent', 'failed', 'dropped'] as const
export type NoticeState = (typeof noticeStates)[number]
const State = Type.Unsafe<NoticeState>(Type.Union(noticeStates.map((state) => Type.Literal(state))))

/** A mail of the hub, without its words. */
export const Notice = Type.Object({
  id: Type.String(),
  kind: Kind,
  state: State,
  recipientKind: Type.Union([Type.Literal('administrator'), Type.Literal('user'), Type.Literal('contact')]),
  /** The administrator or user; for a contact the group, or the organization. */
  recipientId: Type.String(),
  /** The address. */
  recipient: Type.String(),
  attempts: Type.Integer(),
  /** Why the last try failed, in words. */
  lastError: Type.Optional(Type.String()),
  created: Type.String(),
  /** When a waiting mail is tried again. */
  due: Type.Optional(Type.String()),
  ended: Type.Optional(Type.String()),
})
export type Notice = Static<typeof Notice>

export const NoticeListQuery = Type.Object(
  { limit: pageQuery.limit, after: pageQuery.after, state: Type.Optional(State), kind: Type.Optional(Kind) },
  strict,
)
export type NoticeListQuery = Static<typeof NoticeListQuery>

const Switch = Type.Boolean()
const choices = Object.fromEntries(chosenNoticeKinds.map((kind) => [kind, Switch])) as Record<
  ChosenNoticeKind,
  typeof Switch
>

/** Which mails an administrator wants; those that they may not act on are not sent in any case. */
export const NoticePreferences = Type.Object(choices)
export type NoticePreferences = Static<typeof NoticePreferences>

/** What is not named stays. */
export const NoticePreferencesUpdate = Type.Partial(Type.Object(choices), strict)
export type NoticePreferencesUpdate = Static<typeof NoticePreferencesUpdate>

/** How the organization sends mails. */
const settingFields = {
  /** The sender's address; empty: the one that SMTP_URL names, else one at the hub's own host. */
  from: Type.String({ maxLength: 320 }),
  /** Users are told when they are bound to a directory. */
  tellsBoundUsers: Type.Boolean(),
  /** Where new users choose their password; empty: in the hub’s own portal of users. The link’s token is added to it. */
  activationUrl: Type.String({ maxLength: 2000 }),
  /** Users whom an administrator makes without a password get a mail with the link to choose one. */
  welcomesNewUsers: Type.Boolean(),
  /** Users of whom an administrator asks a second factor are told. */
  tellsAskedUsers: Type.Boolean(),
  /** How long the link of the invitation can be used. */
  activationLinkDays: Type.Integer({ minimum: 1, maximum: 90 }),
  /** How many days before their password expires users are told; empty: they are not. */
  expiryNoticeDays: Type.Array(Type.Integer({ minimum: 1, maximum: 28 }), { maxItems: 5 }),
}

export const MailSettings = Type.Object(settingFields)
export type MailSettings = Static<typeof MailSettings>

/** What is not named stays. */
export const MailSettingsUpdate = Type.Partial(Type.Object(settingFields), strict)
export type MailSettingsUpdate = Static<typeof MailSettingsUpdate>

/** The mail room: whether mails can be sent, and how it goes. */
export const MailRoom = Type.Object({
  /** False: SMTP_URL is not set; no mail is sent and none waits. */
  isSetUp: Type.Boolean(),
  /** Host and port of the mail server. */
  server: Type.Optional(Type.String()),
  /** `implicit` and `required` are encrypted and checked; `optional` takes what the server offers. */
  encryption: Type.Optional(Type.Union([Type.Literal('implicit'), Type.Literal('required'), Type.Literal('optional')])),
  /** Whom the mails come from. */
  sender: Type.String(),
  /** Where links in mails lead. */
  publicUrl: Type.String(),
  settings: MailSettings,
  /** Mails that wait, and mails that were given up in the last 30 days. */
  waiting: Type.Integer(),
  failed: Type.Integer(),
  lastSent: Type.Optional(Type.String()),
  /** The last failure of a mail that still waits, for instance that the server does not answer. */
  trouble: Type.Optional(Type.String()),
})
export type MailRoom = Static<typeof MailRoom>

/** Without an address the test goes to who asks for it. */
export const TestMail = Type.Object({ to: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })) }, strict)
export type TestMail = Static<typeof TestMail>
