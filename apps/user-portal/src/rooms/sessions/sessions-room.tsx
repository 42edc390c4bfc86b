import type { PortalSessionRow } from '@lockstep/contract/portal/session'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { sessionsQuery } from '../../hub/queries.ts'
import { useAct } from '../../hub/use-act.ts'
import { showSignIn } from '../../session/leave.ts'

/** Where one is signed in, and ending it. */
export function SessionsRoom(): ReactElement {
  return (
    <>
      <PageHeader title="Sessions" detail="Where you are signed in. End what you do not know." />
      <QueryView query={useQuery(sessionsQuery)} what="Your sessions">
        {(sessions) => <Sessions sessions={sessions} />}
      </QueryView>
    </>
  )
}

function Sessions({ sessions }: { readonly sessions: readonly PortalSessionRow[] }): ReactElement {
  const end = useAct((id: string) => hub.session.end(id), 'Session ended')
  return (
    <>
      <Section title="Signed in now">
        <ul className="my-rows" aria-label="Sessions">
          {sessions.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              isEnding={end.isPending && end.variables === session.id}
              onEnd={() => end.mutate(session.id)}
            />
          ))}
        </ul>
        <FailureNotice error={end.error} title="The session was not ended." />
      </Section>
      <EndMany others={sessions.filter((session) => !session.current)} />
    </>
  )
}

interface SessionRowProps {
  readonly session: PortalSessionRow
  readonly isEnding: boolean
  readonly onEnd: () => void
}

function SessionRow({ session, isEnding, onEnd }: SessionRowProps): ReactElement {
  const name = session.browser === '' ? 'Unknown browser' : session.browser
  return (
    <li>
      <div className="my-row-words">
        <p className="my-state-line">
          <strong>{name}</strong>
          {session.current && <StatusChip tone="green" label="This one" />}
        </p>
        <p className="ls-dim">
          {!session.current && (
            <>
              Last used <Time at={session.lastSeen} />,{' '}
            </>
          )}
          signed in <Time at={session.created} /> from <span className="ls-mono">{session.sourceIp}</span>
        </p>
      </div>
      {!session.current && (
        <Button variant="default" loading={isEnding} aria-label={`Sign out ${name}`} onClick={onEnd}>
          Sign out
        </Button>
      )}
    </li>
  )
}

function EndMany({ others }: { readonly others: readonly PortalSessionRow[] }): ReactElement {
  const [isAsking, setAsking] = useState(false)
  const endOthers = useAct(async () => {
    for (const { id } of others) await hub.session.end(id)
  }, 'Signed out everywhere else')
  const endAll = useMutation({ mutationFn: () => hub.session.endAll(), onSuccess: () => showSignIn() })
  return (
    <>
      <div className="ls-actions">
        {others.length > 0 && (
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            Sign out everywhere else
          </Button>
        )}
        <Button variant="default" c="var(--ls-red)" onClick={() => setAsking(true)}>
          Sign out everywhere
        </Button>
      </div>
      <FailureNotice error={endOthers.error} title="Not every session was ended." />
      <ConfirmDialog
        opened={isAsking}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        danger
        busy={endAll.isPending}
        error={<FailureNotice error={endAll.error} title="You are still signed in." />}
        onConfirm={() => endAll.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>Every session ends, this one included. You can sign in again at once.</p>
      </ConfirmDialog>
    </>
  )
}
