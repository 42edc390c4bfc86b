import type { ScheduledState, ScheduledStateCreate } from '@lockstep/contract/hub/scheduled-state'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useForm } from '@lockstep/ui/form/use-form'
import { exactTime } from '@lockstep/ui/relative-time'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button, Modal, Radio, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { scheduledStatesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { zoneWords } from '../journal/days.ts'
import { instantOf, timeToCome } from './local-time.ts'

const verbs = { SUSPENDED: 'Suspend', ACTIVATED: 'Activate' } as const

/** Changes of the user's state that are to come. */
export function UserSchedule({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const name = user.name
  return (
    <Section
      title="Scheduled changes"
      detail={`Times in ${zoneWords()}`}
      actions={
        <ActionButton variant="default" size="xs" denied={denial('users.suspend')} onClick={() => setOpened(true)}>
          Schedule a change
        </ActionButton>
      }
    >
      <QueryView query={useQuery(scheduledStatesQuery(user.id))} what="The scheduled changes">
        {({ items }) =>
          items.length === 0 ? (
            <p className="ls-dim">Nothing is scheduled.</p>
          ) : (
            <ul className="portal-rows">
              {items.map((each) => (
                <ScheduleRow key={each.id} scheduled={each} />
              ))}
            </ul>
          )
        }
      </QueryView>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Schedule a change of ${name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ScheduleForm user={user} onClose={() => setOpened(false)} />
      </Modal>
    </Section>
  )
}

function ScheduleRow({ scheduled }: { readonly scheduled: ScheduledState }): ReactElement {
  const { denial } = useSession()
  const { id, state, due } = scheduled
  const cancel = useAct({
    run: () => hub.users.cancelScheduledState(id),
    done: 'Scheduled change called off',
    touches: ['users'],
  })
  return (
    <li>
      <StatusChip tone={state === 'SUSPENDED' ? 'amber' : 'green'} label={verbs[state]} waiting />
      <Time at={due} exact />
      <span className="ls-spring" />
      <ActionButton
        variant="default"
        size="xs"
        denied={denial('users.suspend')}
        loading={cancel.isPending}
        aria-label={`Call off: ${verbs[state].toLowerCase()} ${exactTime(Date.parse(due))}`}
        onClick={() => cancel.mutate()}
      >
        Call off
      </ActionButton>
      <FailureNotice error={cancel.error} title="The change was not called off." unchanged="It is still scheduled." />
    </li>
  )
}

interface ScheduleFormProps {
  readonly user: UserDetail
  readonly onClose: () => void
}

type ScheduleValues = Readonly<Record<'state' | 'due' | 'reason', string>>

/** Apart from the dialog, so that what was typed is forgotten when it closes. */
function ScheduleForm({ user, onClose }: ScheduleFormProps): ReactElement {
  const schedule = useAct({
    run: (body: ScheduledStateCreate) => hub.users.scheduleState(user.id, body),
    done: (made) => `${verbs[made.state]} scheduled for ${exactTime(Date.parse(made.due))}`,
    touches: ['users'],
    after: onClose,
  })
  const form = useForm<ScheduleValues>({
    initial: { state: user.state === 'ACTIVATED' ? 'SUSPENDED' : 'ACTIVATED', due: '', reason: '' },
    rules: { due: timeToCome },
    onSubmit: ({ state, due, reason }) =>
      schedule.mutateAsync({
        state: state === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVATED',
        due: instantOf(due)?.toISOString() ?? '',
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
  })
  const { state, due } = form.values
  const instant = instantOf(due)
  const verb = verbs[state === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVATED']
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <Radio.Group label="Change" value={state} onChange={(next) => form.set('state', next)}>
        <div className="ls-stack portal-radios">
          <Radio value="SUSPENDED" label="Suspend" description="No sign-in; accounts in directories are disabled." />
          <Radio value="ACTIVATED" label="Activate" description="Sign-in; accounts in directories are enabled." />
        </div>
      </Radio.Group>
      <TextInput
        type="datetime-local"
        label="Date and time"
        description={`In your time zone, ${zoneWords()}`}
        withAsterisk
        data-autofocus
        {...form.field('due')}
      />
      <Textarea
        label="Reason"
        description="Kept in the journal. May stay empty."
        maxLength={500}
        {...form.field('reason')}
      />
      {instant && timeToCome(due) === undefined && (
        <p role="status">
          {verb}s <Time at={instant.toISOString()} />, on {exactTime(instant.getTime())}.
        </p>
      )}
      <FailureNotice error={form.failure} title="The change was not scheduled." unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy}>
          Schedule
        </Button>
      </div>
    </form>
  )
}
