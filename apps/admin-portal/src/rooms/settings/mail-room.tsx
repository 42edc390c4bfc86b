import type { MailRoom as Room } from '@lockstep/contract/hub/notice'
import { Facts } from '@lockstep/ui/facts'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { HealthLight } from '@lockstep/ui/health-light'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { mailRoomQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { MailList } from './mail-list.tsx'
import { MailSettingsForm } from './mail-settings-form.tsx'
import { encryptionWords, mailHealth } from './mail-words.ts'

/** Whether mails can be sent, how they are sent, and what became of the last ones. */
export function MailRoom(): ReactElement {
  const denied = useSession().denial('settings.read')
  const query = useQuery({ ...mailRoomQuery, enabled: denied === undefined })
  if (denied !== undefined) return <p className="ls-dim">{denied}</p>
  return (
    <QueryView query={query} what="The mail room">
      {(room) => (
        <div className="settings-form">
          <MailServer room={room} />
          <MailSettingsForm key={JSON.stringify(room.settings)} settings={room.settings} sender={room.sender} />
          <MailList isSetUp={room.isSetUp} failed={room.failed} />
        </div>
      )}
    </QueryView>
  )
}

function MailServer({ room }: { readonly room: Room }): ReactElement {
  const { light, reason } = mailHealth(room)
  const facts = [
    { name: 'Server', value: room.server ?? '' },
    { name: 'Encryption', value: encryptionWords(room.encryption) },
    { name: 'Sender', value: room.sender },
    { name: 'Links lead to', value: room.publicUrl },
    {
      name: 'Last mail',
      value: room.lastSent === undefined ? 'None in the last 30 days' : <Time at={room.lastSent} />,
    },
    { name: 'Waiting', value: String(room.waiting) },
  ]
  return (
    <Section title="Mail server" actions={<TestButton room={room} />}>
      <HealthLight light={light} reason={reason} />
      {room.isSetUp ? (
        <Facts facts={facts} />
      ) : (
        <p>
          Start the hub with the variable <code>SMTP_URL</code>, for instance{' '}
          <code>smtps://user:password@mail.example.com</code>.
        </p>
      )}
    </Section>
  )
}

function TestButton({ room }: { readonly room: Room }): ReactElement {
  const session = useSession()
  const denied =
    session.denial('settings.write') ?? (room.isSetUp ? undefined : 'There is no mail server to send it with.')
  const send = useAct({
    run: () => hub.mail.sendTest({}),
    done: ({ recipient }) => `Test mail to ${recipient} is on its way`,
    touches: ['notices'],
  })
  return (
    <>
      <ActionButton variant="default" denied={denied} loading={send.isPending} onClick={() => send.mutate()}>
        Send test mail
      </ActionButton>
      <FailureNotice error={send.error} title="No test mail was sent." unchanged="Nothing was changed." />
    </>
  )
}
