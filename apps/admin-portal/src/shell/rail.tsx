import { BrandMark } from '@lockstep/ui/brand-mark'
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { heldPlansQuery } from '../hub/queries.ts'
import { counted } from '../words/words.ts'
import { rooms } from './rooms.ts'

interface RailProps {
  readonly folded: boolean
  readonly onFold: (folded: boolean) => void
}

/** The way between the rooms; folds to its icons. */
export function Rail({ folded, onFold }: RailProps): ReactElement {
  const held = useQuery(heldPlansQuery).data?.total ?? 0
  const FoldIcon = folded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className="portal-rail" aria-label="Rooms" data-folded={folded}>
      <Link to="/" className="portal-brand" aria-label="Lockstep, home" activeProps={{ 'aria-current': undefined }}>
        <BrandMark />
        {!folded && 'Lockstep'}
      </Link>
      <ul>
        {rooms.map((room) => {
          const badge = room.to === '/plans' && held > 0 ? held : undefined
          return (
            <li key={room.to}>
              <Tooltip label={room.label} position="right" disabled={!folded}>
                <Link
                  to={room.to}
                  className="portal-rail-link"
                  activeOptions={{ exact: room.to === '/', includeSearch: false }}
                >
                  <room.icon size={20} stroke={1.5} aria-hidden />
                  <span className="portal-rail-label">{room.label}</span>
                  {badge !== undefined && (
                    <span className="portal-badge" aria-label={`${counted(badge, 'plan')} held`}>
                      {badge}
                    </span>
                  )}
                </Link>
              </Tooltip>
            </li>
          )
        })}
      </ul>
      <span className="ls-spring" />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={folded ? 'Unfold the navigation' : 'Fold the navigation'}
        aria-expanded={!folded}
        onClick={() => onFold(!folded)}
      >
        <FoldIcon size={20} stroke={1.5} />
      </ActionIcon>
    </nav>
  )
}
