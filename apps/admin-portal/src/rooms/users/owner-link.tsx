import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** Who manages a field of a user: a directory, or an integration that keeps it read-only. */
export interface FieldOwner {
  readonly kind: 'directory' | 'integration'
  readonly id: string
  readonly name: string
}

/** Leads to who manages a field, where it is changed. */
export function OwnerLink({ owner }: { readonly owner: FieldOwner }): ReactElement {
  return owner.kind === 'integration' ? (
    <Link className="portal-link" to="/integrations/$integrationId" params={{ integrationId: owner.id }}>
      {owner.name}
    </Link>
  ) : (
    <Link className="portal-link" to="/directories/$directoryId" params={{ directoryId: owner.id }}>
      {owner.name}
    </Link>
  )
}
