import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { userCountQuery } from '../../hub/queries.ts'

interface NumbersProps {
  readonly users: number | undefined
  readonly groups: number | undefined
  readonly directories: number | undefined
  readonly held: number | undefined
}

const grouped = (count: number | undefined): string => count?.toLocaleString('en') ?? '–'

/** The counts, each leading to what it counts. */
export function Numbers({ users, groups, directories, held }: NumbersProps): ReactElement {
  const suspended = useQuery(userCountQuery({ state: 'SUSPENDED' })).data
  const staged = useQuery(userCountQuery({ state: 'STAGED' })).data
  return (
    <nav className="portal-numbers" aria-label="Counts">
      <Link className="portal-number" to="/users">
        <strong>{grouped(users)}</strong> {users === 1 ? 'user' : 'users'}
      </Link>
      <Link className="portal-number" to="/users" search={{ state: 'SUSPENDED' }}>
        <strong>{grouped(suspended)}</strong> suspended
      </Link>
      <Link className="portal-number" to="/users" search={{ state: 'STAGED' }}>
        <strong>{grouped(staged)}</strong> staged
      </Link>
      <Link className="portal-number" to="/groups">
        <strong>{grouped(groups)}</strong> {groups === 1 ? 'group' : 'groups'}
      </Link>
      <Link className="portal-number" to="/directories">
        <strong>{grouped(directories)}</strong> {directories === 1 ? 'directory' : 'directories'}
      </Link>
      <Link className="portal-number" to="/plans" search={{ state: 'quarantined' }}>
        <strong>{grouped(held)}</strong> {held === 1 ? 'held plan' : 'held plans'}
      </Link>
    </nav>
  )
}
