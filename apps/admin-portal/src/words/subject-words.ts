import type { JournalEntry } from '@lockstep/contract/hub/journal'
import type { NoticeKind } from '@lockstep/contract/hub/notice'
import { agentKinds } from './words.ts'

export const noticeKindWords: Readonly<Record<NoticeKind, string>> = {
  administrator_invitation: 'Invitation of an administrator',
  administrator_password: 'Password link for an administrator',
  plan_held: 'Changes held back by the guard',
  integration_refused: 'Changes of an integration refused',
  domain_silent: 'Last agent of a domain stopped',
  domain_heard: 'Agent of a domain is back',
  bulk_job_ended: 'Import done',
  member_suggestions: 'Suggestions for a group',
  user_bound: 'User bound to a directory',
  user_activation: 'Invitation of a user',
  user_password: 'Password link for a user',
  user_password_changed: 'Password of a user changed',
  user_password_expiry: 'Password of a user about to expire',
  user_locked: 'Account of a user locked',
  user_second_factor_asked: 'Second factor asked of a user',
  user_second_factor_reset: 'Second factor of a user reset',
  test: 'Test mail',
}

const kindWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  notice: noticeKindWords,
  agent: agentKinds,
}

/** What an entry is about, as people say it: a mail has no name, and an agent none before it enrols, so their kind stands in the journal. */
export function subjectWords({ subjectKind, subject }: Pick<JournalEntry, 'subjectKind' | 'subject'>): string {
  return kindWords[subjectKind]?.[subject] ?? subject
}
