import type { UserListQuery, UserRow } from '@lockstep/contract/hub/user'
import { Button } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { announce } from '../../feedback/toast-store.ts'
import { failureOf } from '../../hub/failure.ts'
import { hub } from '../../hub/hub.ts'
import { walkPages } from '../../lists/walk-pages.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { BulkDialog } from './bulk-dialog.tsx'
import { type BulkAction, bulkVerbs } from './bulk-preview.ts'

interface BulkBarProps {
  readonly selected: ReadonlyMap<string, UserRow>
  /** How many users match the list's filters. */
  readonly total: number
  readonly query: UserListQuery
  readonly onSelect: (rows: readonly UserRow[], selected: boolean) => void
  readonly onClear: () => void
}

/** One person should look over what is changed at once; more goes through automations. */
const selectLimit = 5_000
const permissionOf = { suspend: 'users.suspend', activate: 'users.suspend', delete: 'users.delete' } as const
const actions: readonly BulkAction[] = ['suspend', 'activate', 'delete']

/** What can be done with the selected users; says exactly how many they are. */
export function BulkBar({ selected, total, query, onSelect, onClear }: BulkBarProps): ReactElement | null {
  const { denial } = useSession()
  const [action, setAction] = useState<BulkAction>()
  const [walking, setWalking] = useState(false)
  if (selected.size === 0 && action === undefined) return null
  const selectAll = async (): Promise<void> => {
    setWalking(true)
    try {
      onSelect(
        await walkPages({ fetchPage: (page) => hub.users.list({ ...query, ...page }), limit: selectLimit }),
        true,
      )
    } catch (error) {
      announce(`The selection is as it was. ${failureOf(error).detail}`)
    } finally {
      setWalking(false)
    }
  }
  return (
    <div className="portal-bulk" role="group" aria-label="Selected users">
      <strong role="status">{counted(selected.size, 'user')} selected</strong>
      {selected.size < total && total <= selectLimit && (
        <Button variant="subtle" size="compact-sm" loading={walking} onClick={() => void selectAll()}>
          Select all {total.toLocaleString('en')} that match
        </Button>
      )}
      <Button variant="subtle" size="compact-sm" onClick={onClear}>
        Clear selection
      </Button>
      <span className="ls-spring" />
      {actions.map((each) => (
        <ActionButton
          key={each}
          variant="default"
          size="xs"
          denied={denial(permissionOf[each])}
          onClick={() => setAction(each)}
          {...(each === 'delete' ? { c: 'var(--ls-red)' } : {})}
        >
          {bulkVerbs[each].now} {counted(selected.size, 'user')}
        </ActionButton>
      ))}
      <BulkDialog
        action={action}
        users={[...selected.values()]}
        onClose={() => setAction(undefined)}
        onDone={() => {
          setAction(undefined)
          onClear()
        }}
      />
    </div>
  )
}
