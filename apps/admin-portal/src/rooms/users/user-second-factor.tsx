import type { UserDetail } from '@lockstep/contract/hub/user'
import type { SecondFactorOfUser } from '@lockstep/contract/hub/user-second-factor'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { Facts } from '@lockstep/ui/facts'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { userSecondFactorQuery } from '../../hub/queries.ts'
import { GraceDialog } from '../../form/grace-dialog.tsx'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'

const defaultGraceDays = 7

/** What a user signs in to their portal with beside the password. */
export function UserSecondFactor({ user }: { readonly user: UserDetail }): ReactElement {
  const query = useQuery(userSecondFactorQuery(user.id))
  return (
    <Section
      title="Second factor"
      detail="For the user’s own portal."
      actions={query.data && <Actions user={user} factor={query.data} />}
    >
      <QueryView query={query} what="The second factor">
        {(factor) => <Facts facts={factsOf(factor)} />}
      </QueryView>
    </Section>
  )
}

function factsOf(factor: SecondFactorOfUser): { readonly name: string; readonly value: ReactNode }[] {
  const { authenticator, passkeys, recoveryCodesLeft, requiredFrom } = factor
  const isEnrolled = authenticator !== undefined || passkeys.length > 0
  return [
    {
      name: 'Needed',
      value:
        requiredFrom === undefined ? (
          'No'
        ) : (
          <>
            {factor.required ? 'From ' : 'By a group, from '}
            <Time at={requiredFrom} exact />
          </>
        ),
    },
    {
      name: 'Authenticator',
      value:
        authenticator === undefined ? (
          <span className="ls-dim">none</span>
        ) : (
          <>
            set up <Time at={authenticator.enrolled} />
          </>
        ),
    },
    {
      name: 'Passkeys',
      value: passkeys.length === 0 ? <span className="ls-dim">none</span> : passkeys.map(({ name }) => name).join(', '),
    },
    ...(isEnrolled ? [{ name: 'Recovery codes', value: counted(recoveryCodesLeft, 'code left', 'codes left') }] : []),
  ]
}

function Actions({ user, factor }: { readonly user: UserDetail; readonly factor: SecondFactorOfUser }): ReactElement {
  const { denial } = useSession()
  const [asking, setAsking] = useState(false)
  const name = user.name
  const demand = useAct({
    run: (days: number | undefined) =>
      hub.users.demandSecondFactor(user.id, {
        required: days !== undefined,
        ...(days === undefined ? {} : { graceDays: days }),
      }),
    done: (fresh) =>
      fresh.required ? `Second factor asked of ${name}` : `Second factor not asked of ${name} any more`,
    touches: ['users'],
    after: () => setAsking(false),
  })
  const isEnrolled = factor.authenticator !== undefined || factor.passkeys.length > 0
  return (
    <>
      {isEnrolled && <ResetFactor user={user} />}
      {factor.required ? (
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('users.write')}
          loading={demand.isPending}
          onClick={() => demand.mutate(undefined)}
        >
          Stop asking for one
        </ActionButton>
      ) : (
        <ActionButton variant="default" size="xs" denied={denial('users.write')} onClick={() => setAsking(true)}>
          Ask for one
        </ActionButton>
      )}
      <GraceDialog
        opened={asking}
        title={`Ask ${name} for a second factor`}
        detail="Until then they are reminded at every sign-in; afterwards the portal lets them in only to enrol one."
        initialDays={defaultGraceDays}
        action="Ask for a second factor"
        busy={demand.isPending}
        error={demand.error}
        onSubmit={(days) => demand.mutate(days)}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

function ResetFactor({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const name = user.name
  const act = useAct({
    run: () => hub.users.resetSecondFactor(user.id, { graceDays: defaultGraceDays }),
    done: `Second factor of ${name} reset`,
    touches: ['users'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton variant="default" size="xs" denied={denial('users.write')} onClick={() => setOpened(true)}>
        Reset
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Reset the second factor of ${name}?`}
        action="Reset second factor"
        danger
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="The second factor was not reset." unchanged="Nothing was changed." />
        }
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>
          Their authenticator, passkeys and recovery codes stop working, and the password alone lets them in. Where one
          is needed they have {defaultGraceDays} days to enrol another.
        </p>
      </ConfirmDialog>
    </>
  )
}
