import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import {
  declarationsQuery,
  directoryQuery,
  groupQuery,
  integrationQuery,
  planQuery,
  userQuery,
} from '../hub/queries.ts'
import { rooms } from './rooms.ts'

/** Pages of a room that are about no object. */
const pages: Readonly<Record<string, string>> = { new: 'New', import: 'Import', imports: 'Imports', schemas: 'Schemas' }

/** The name of the object an address names, from what its page has fetched already. */
function useObjectName(room: string, id: string): string {
  const queries = useQueryClient()
  const isObject = /^[0-9a-f]{24}$/u.test(id)
  const passive = { enabled: false }
  const user = useQuery({ ...userQuery(id), ...passive }, queries)
  const group = useQuery({ ...groupQuery(id), ...passive }, queries)
  const directory = useQuery({ ...directoryQuery(id), ...passive }, queries)
  const integration = useQuery({ ...integrationQuery(id), ...passive }, queries)
  const plan = useQuery({ ...planQuery(id), ...passive }, queries)
  if (!isObject) return pages[id] ?? ''
  const names: Readonly<Record<string, string | undefined>> = {
    users: user.data && user.data.name,
    groups: group.data?.name,
    directories: directory.data?.name,
    integrations: integration.data?.name,
    plans: plan.data && `Plan for ${plan.data.sourceName}`,
  }
  return names[room] ?? '…'
}

/** What the last part of an address is about. */
function useLastName(id: string, last: string): string {
  const declared = useQuery({ ...declarationsQuery, enabled: false })
  if (id === 'imports') return 'Import'
  const schema = id === 'schemas' ? declared.data?.schemas.find(({ key }) => key === last) : undefined
  return schema?.name ?? last.charAt(0).toUpperCase() + last.slice(1)
}

/** Where the reader is, as links to what lies above. */
export function Breadcrumb(): ReactElement {
  const path = useLocation({ select: (location) => location.pathname })
  const [first = '', id = '', last] = path.split('/').filter((part) => part !== '')
  const name = useObjectName(first, id)
  const lastName = useLastName(id, last ?? '')
  const room = rooms.find((each) => each.to === `/${first}`)
  return (
    <nav aria-label="Breadcrumb" className="portal-breadcrumb">
      <ol>
        <li>
          {room && id !== '' ? (
            <Link to={room.to}>{room.label}</Link>
          ) : (
            <span aria-current="page">{room?.label ?? (first === 'account' ? 'Your account' : 'Home')}</span>
          )}
        </li>
        {id !== '' && (
          <li>
            {last === 'edit' ? (
              <Link to="/users/$userId" params={{ userId: id }}>
                {name}
              </Link>
            ) : id === 'imports' && last !== undefined ? (
              <Link to="/users/imports">{name}</Link>
            ) : first === 'directories' && last !== undefined ? (
              <Link to="/directories/$directoryId" params={{ directoryId: id }}>
                {name}
              </Link>
            ) : id === 'schemas' ? (
              <span>{name}</span>
            ) : first === 'integrations' && last !== undefined ? (
              <Link to="/integrations/$integrationId" params={{ integrationId: id }}>
                {name}
              </Link>
            ) : last === 'membership' ? (
              <Link to="/groups/$groupId" params={{ groupId: id }}>
                {name}
              </Link>
            ) : (
              <span aria-current="page">{name}</span>
            )}
          </li>
        )}
        {last !== undefined && (
          <li>
            <span aria-current="page">{lastName}</span>
          </li>
        )}
      </ol>
    </nav>
  )
}
