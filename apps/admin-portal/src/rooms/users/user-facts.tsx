import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { RowFacts } from '@lockstep/ui/contact/row-facts'
import { ExplainPopover } from '@lockstep/ui/explain-popover'
import { Facts } from '@lockstep/ui/facts'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { directoriesQuery } from '../../hub/queries.ts'
import { fieldName } from '../../words/words.ts'
import { DeclaredValues } from '../declared/declared-values.tsx'
import { Explanation } from './explanation.tsx'
import { fieldOwner } from './field-owner.ts'
import { OwnerLink } from './owner-link.tsx'
import { fieldGroups, isRowsField, type UserField, valuesOf } from './user-fields.ts'
import { UserPassword } from './user-password.tsx'
import { UserSchedule } from './user-schedule.tsx'
import { UserSecondFactor } from './user-second-factor.tsx'

/** All fields of a user, each with who manages it and why it is what it is. */
export function UserFacts({ user }: { readonly user: UserDetail }): ReactElement {
  const directories = useQuery(directoriesQuery).data ?? []
  const suspender = directories.find((each) => each.id === user.suspendedBy)
  const managedBy = (field: string): ReactNode => {
    const owner = fieldOwner(user, field)
    return (
      owner && (
        <span className="ls-dim">
          managed by <OwnerLink owner={owner} />
        </span>
      )
    )
  }
  const aside = (field: string): ReactNode => (
    <>
      <ExplainPopover subject={fieldName(field)}>
        <Explanation userId={user.id} field={field} />
      </ExplainPopover>
      {managedBy(field)}
    </>
  )
  const [identity, ...others] = fieldGroups
  const sectionOf = (group: (typeof fieldGroups)[number]): ReactElement => (
    <Section key={group.title} title={group.title}>
      <Facts
        facts={group.fields.map((field) => ({
          name: fieldName(field),
          value: <FieldValue user={user} field={field} />,
          aside: aside(field),
        }))}
      />
    </Section>
  )
  return (
    <div className="portal-columns">
      <div>
        {identity && sectionOf(identity)}
        {others.slice(0, 1).map(sectionOf)}
        <DeclaredValues kind="users" id={user.id} managedBy={managedBy} />
      </div>
      <div>
        <Section title="Record">
          <Facts
            facts={[
              {
                name: 'State',
                value: stateText(user),
                aside: <StateAside explanation={aside('state')} suspender={suspender} />,
              },
              { name: 'Created', value: <Time at={user.created} exact /> },
              { name: 'Changed', value: <Time at={user.updated} exact /> },
              { name: 'Id', value: <span className="ls-mono">{user.id}</span> },
            ]}
          />
        </Section>
        <UserPassword user={user} aside={aside('password')} />
        <UserSecondFactor user={user} />
        <UserSchedule user={user} />
        {others.slice(1).map(sectionOf)}
      </div>
    </div>
  )
}

function FieldValue({ user, field }: { readonly user: UserDetail; readonly field: UserField }): ReactElement {
  const values = valuesOf(user)
  if (field === 'manager' && values.manager !== '') {
    return (
      <Link className="portal-link" to="/users/$userId" params={{ userId: values.manager }}>
        {user.managerName ?? 'Open the manager'}
      </Link>
    )
  }
  if (isRowsField(field)) return <RowFacts field={field} text={values[field]} />
  if (values[field] === '') return <span className="ls-dim">empty</span>
  return <span className="portal-lines">{values[field]}</span>
}

interface StateAsideProps {
  readonly explanation: ReactNode
  readonly suspender: DirectoryRow | undefined
}

function StateAside({ explanation, suspender }: StateAsideProps): ReactElement {
  return (
    <>
      {explanation}
      {suspender && (
        <span className="ls-dim">
          by{' '}
          <Link className="portal-link" to="/directories/$directoryId" params={{ directoryId: suspender.id }}>
            {suspender.name}
          </Link>
        </span>
      )}
    </>
  )
}

function stateText(user: UserDetail): string {
  if (user.state === 'SUSPENDED') return 'Suspended'
  if (user.state === 'STAGED') return 'Staged, without access yet'
  return user.activated ? 'Active' : 'Active, has not signed in yet'
}
