import type { Notice } from '@lockstep/contract/hub/notice'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { noticesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { noticeKindWords } from '../../words/subject-words.ts'
import { noticeState } from './mail-words.ts'

interface MailListProps {
  readonly isSetUp: boolean
  readonly failed: number
}

/** The last mails, without what they say. */
export function MailList({ isSetUp, failed }: MailListProps): ReactElement {
  const [shown, setShown] = useState('all')
  const query = useQuery(noticesQuery(shown === 'failed' ? 'failed' : undefined))
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label="Which mails"
      value={shown}
      onChange={setShown}
      data={[
        { value: 'all', label: 'All' },
        { value: 'failed', label: failed === 0 ? 'Not sent' : `Not sent (${failed})` },
      ]}
    />
  )
  return (
    <Section title="Last mails" detail="Kept for 30 days, without what they say." actions={choice}>
      <QueryView query={query} what="The mails">
        {({ items, total }) =>
          items.length === 0 ? (
            <EmptyState title={shown === 'failed' ? 'No mail failed' : 'No mails yet'} />
          ) : (
            <>
              <ul className="portal-rows" aria-label="Mails">
                {items.map((notice) => (
                  <MailRow key={notice.id} notice={notice} isSetUp={isSetUp} />
                ))}
              </ul>
              {total > items.length && (
                <p className="ls-dim">
                  The newest {items.length} of {counted(total, 'mail')}; the interface lists the others.
                </p>
              )}
            </>
          )
        }
      </QueryView>
    </Section>
  )
}

function MailRow({ notice, isSetUp }: { readonly notice: Notice; readonly isSetUp: boolean }): ReactElement {
  const session = useSession()
  const { id, kind, recipient, state, attempts, lastError, created, due } = notice
  const retry = useAct({
    run: () => hub.mail.retry(id),
    done: `The mail to ${recipient} is tried again`,
    touches: ['notices'],
  })
  const canRetry = isSetUp && (state === 'failed' || (state === 'waiting' && lastError !== undefined))
  const isOpen = state === 'waiting' && lastError !== undefined
  return (
    <li>
      <span className="portal-who">
        <strong>{noticeKindWords[kind]}</strong>
        <span className="ls-dim">{recipient}</span>
      </span>
      <StatusChip {...noticeState(notice)} waiting={state === 'waiting' || state === 'sending'} />
      {attempts > 1 && <span className="ls-dim">{counted(attempts, 'try', 'tries')}</span>}
      <span className="ls-spring" />
      <span className="ls-dim">
        {isOpen && due !== undefined ? (
          <>
            next try <Time at={due} />
          </>
        ) : (
          <Time at={created} />
        )}
      </span>
      {canRetry && (
        <ActionButton
          variant="default"
          size="xs"
          denied={session.denial('settings.write')}
          loading={retry.isPending}
          aria-label={`Try the mail to ${recipient} again`}
          onClick={() => retry.mutate()}
        >
          Try again
        </ActionButton>
      )}
      {lastError !== undefined && state !== 'sent' && <p className="settings-mail-error">{lastError}</p>}
      <FailureNotice error={retry.error} title="The mail was not tried again." unchanged="Nothing was changed." />
    </li>
  )
}
