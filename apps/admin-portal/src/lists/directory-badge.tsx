import type { ReactElement } from 'react'
import './directory-badge.css'

interface DirectoryBadgeProps {
  /** What the badge says to those who hear it, and on hovering: "From corp.example". */
  readonly label: string
  /** The label stands beside the badge. */
  readonly showsLabel?: boolean
}

/** Marks a user or group that exists in Active Directory too. */
export function DirectoryBadge({ label, showsLabel = false }: DirectoryBadgeProps): ReactElement {
  return (
    <span className="portal-directory-badge" title={label}>
      <span className="portal-ad" aria-hidden>
        AD
      </span>
      <span className={showsLabel ? 'ls-clip' : 'portal-hidden'}>{label}</span>
    </span>
  )
}

interface HomeBadgeProps {
  readonly of: { readonly homeDirectoryId?: string | undefined; readonly directoryIds: readonly string[] }
  /** The directories' names by their ids. */
  readonly nameOf: ReadonlyMap<string, string>
}

/** The badge of a user or group that came from Active Directory or is connected to it; nothing for one that is only here. */
export function HomeBadge({ of: { homeDirectoryId, directoryIds }, nameOf }: HomeBadgeProps): ReactElement | null {
  const name = (id: string): string => nameOf.get(id) ?? 'Active Directory'
  if (homeDirectoryId !== undefined) return <DirectoryBadge label={`From ${name(homeDirectoryId)}`} />
  return directoryIds.length > 0 ? <DirectoryBadge label={`In ${directoryIds.map(name).join(', ')}`} /> : null
}
