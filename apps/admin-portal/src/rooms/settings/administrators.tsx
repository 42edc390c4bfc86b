import type { Administrator, AdministratorUpdate } from '@lockstep/contract/hub/session'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { administratorsQuery } from '../../hub/queries.ts'
import { roleNameOf } from '../../session/access.ts'
import { useSession } from '../../session/use-session.ts'
import { AddAdministrator } from './add-administrator.tsx'
import { AdministratorMenu } from './administrator-menu.tsx'
import { DeleteAdministrator } from './delete-administrator.tsx'
import { roleChoice, useRoleOptions } from './role-options.ts'

/** Those who may sign in here. */
export function Administrators(): ReactElement {
  const { denial } = useSession()
  const query = useQuery({ ...administratorsQuery, enabled: denial('administrators.read') === undefined })
  const denied = denial('administrators.read')
  if (denied !== undefined) return <p className="ls-dim">{denied}</p>
  return (
    <Section title="Administrators" detail="People who may sign in to this portal." actions={<AddAdministrator />}>
      <QueryView query={query} what="The administrators">
        {(administrators) => (
          <ul className="portal-rows">
            {administrators.map((administrator) => (
              <AdministratorRow key={administrator.id} administrator={administrator} />
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  )
}

function AdministratorRow({ administrator }: { readonly administrator: Administrator }): ReactElement {
  const session = useSession()
  const { id, name, email, role, customRole, suspended, lastSignIn } = administrator
  const held = customRole?.id ?? role
  const roleOptions = useRoleOptions()
  const isSelf = session.administrator.id === id
  const denied =
    session.denial('administrators.write') ?? (isSelf ? 'Somebody else has to change your own access.' : undefined)
  const update = useAct({
    run: (change: AdministratorUpdate) => hub.administrators.update(id, change),
    done: `${name} saved`,
    touches: ['administrators'],
  })
  return (
    <li>
      <span className="portal-who">
        <strong>{name}</strong>
        <span className="ls-dim">{email}</span>
      </span>
      {suspended && <StatusChip tone="amber" label="Suspended" />}
      {isSelf && <StatusChip tone="grey" label="You" />}
      <SecondFactorChip administrator={administrator} />
      <span className="ls-dim">
        {lastSignIn === undefined ? (
          'Never signed in'
        ) : (
          <>
            Signed in <Time at={lastSignIn} />
          </>
        )}
      </span>
      <span className="ls-spring" />
      <span className="portal-row-acts">
        {denied === undefined ? (
          <Select
            size="xs"
            aria-label={`Role of ${name}`}
            data={roleOptions}
            value={held}
            allowDeselect={false}
            onChange={(next) => next !== null && next !== held && update.mutate(roleChoice(next))}
          />
        ) : (
          <span>{roleNameOf(administrator)}</span>
        )}
        <ActionButton
          variant="default"
          size="xs"
          denied={denied}
          loading={update.isPending}
          aria-label={`${suspended ? 'Activate' : 'Suspend'} ${name}`}
          onClick={() => update.mutate({ suspended: !suspended })}
        >
          {suspended ? 'Activate' : 'Suspend'}
        </ActionButton>
        <DeleteAdministrator administrator={administrator} denied={denied} />
        {denied === undefined && (
          <AdministratorMenu administrator={administrator} onChange={(change) => update.mutate(change)} />
        )}
      </span>
      <FailureNotice error={update.error} title={`${name} was not changed.`} unchanged="Nothing was changed." />
    </li>
  )
}

function SecondFactorChip({ administrator }: { readonly administrator: Administrator }): ReactElement | null {
  const { enrolled, required } = administrator.secondFactor
  if (enrolled) return <StatusChip tone="green" label="Second factor" />
  return required ? <StatusChip tone="amber" label="Second factor not set up" /> : null
}
