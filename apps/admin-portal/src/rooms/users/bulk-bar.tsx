import { bulkUsersLimit } from '@lockstep/contract/hub/bulk-users-limit'
import { Button } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { BulkAuthorityDialog } from './bulk-authority-dialog.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { type AuthorityKind, bulkVerbs } from './bulk-preview.ts'
import type { Selection } from './use-selection.ts'

interface BulkBarProps {
  readonly selection: Selection
  /** How many users match the list's filters. */
  readonly total: number
  readonly onSelectMatching: () => void
  readonly onClear: () => void
}

const permissionOf = { suspend: 'users.suspend', activate: 'users.suspend', delete: 'users.delete' } as const
const actions = ['suspend', 'activate', 'delete'] as const
const authorities = [
  ['password_authority', 'Set password authority'],
  ['delegated_authority', 'Set delegated authority'],
] as const

/** What can be done with the selected users; says exactly how many they are. */
export function BulkBar({ selection, total, onSelectMatching, onClear }: BulkBarProps): ReactElement | null {
  const { denial } = useSession()
  const [asked, setAsked] = useState<(typeof actions)[number]>()
  const [askedAuthority, setAskedAuthority] = useState<AuthorityKind>()
  const isAll = selection.kind === 'matching'
  const count = isAll ? total : selection.rows.size
  if (count === 0) return null
  return (
    <div className="portal-bulk" role="group" aria-label="Selected users">
      <strong role="status">
        {isAll ? `All ${counted(count, 'user')} that match selected` : `${counted(count, 'user')} selected`}
      </strong>
      {!isAll && count < total && total <= bulkUsersLimit && (
        <Button variant="subtle" size="compact-sm" onClick={onSelectMatching}>
          Select all {total.toLocaleString('en')} that match
        </Button>
      )}
      <Button variant="subtle" size="compact-sm" onClick={onClear}>
        Clear selection
      </Button>
      <span className="ls-spring" />
      <span className="portal-row-acts">
        {authorities.map(([kind, label]) => (
          <ActionButton
            key={kind}
            variant="default"
            size="xs"
            denied={denial('users.write')}
            onClick={() => setAskedAuthority(kind)}
          >
            {label}
          </ActionButton>
        ))}
        {actions.map((each) => (
          <ActionButton
            key={each}
            variant="default"
            size="xs"
            denied={denial(permissionOf[each])}
            onClick={() => setAsked(each)}
            {...(each === 'delete' ? { c: 'var(--ls-red)' } : {})}
          >
            {bulkVerbs[each].now} {counted(count, 'user')}
          </ActionButton>
        ))}
      </span>
      <BulkAuthorityDialog
        kind={askedAuthority}
        selection={selection}
        total={total}
        onClose={() => setAskedAuthority(undefined)}
        onStarted={() => {
          setAskedAuthority(undefined)
          onClear()
        }}
      />
      <BulkDialog
        kind={asked}
        selection={selection}
        total={total}
        onClose={() => setAsked(undefined)}
        onStarted={() => {
          setAsked(undefined)
          onClear()
        }}
      />
    </div>
  )
}
