import type { ReactElement } from 'react'

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
