import type { BulkActionCreate } from '@lockstep/contract/hub/bulk-action'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { NativeSelect, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { bulkActionsQuery, directoriesQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import { type AuthorityKind, bulkEffects } from './bulk-preview.ts'
import type { Selection } from './use-selection.ts'

interface BulkAuthorityDialogProps {
  /** Undefined while nothing is asked. */
  readonly kind: AuthorityKind | undefined
  readonly selection: Selection
  /** How many users match the list's filters. */
  readonly total: number
  readonly onClose: () => void
  readonly onStarted: () => void
}

const labels = { password_authority: 'Password authority', delegated_authority: 'Delegated authority' } as const
const hubValue = ''

/** Asks who gets the authority over the passwords of the selected users, and hands the work to the hub. */
export function BulkAuthorityDialog(props: BulkAuthorityDialogProps): ReactElement {
  const { kind = 'password_authority', selection, total, onClose, onStarted } = props
  const queries = useQueryClient()
  const directories = useQuery(directoriesQuery).data ?? []
  const [authority, setAuthority] = useState(hubValue)
  const [reason, setReason] = useState('')
  const isAll = selection.kind === 'matching'
  const count = isAll ? total : selection.rows.size
  const wish: Pick<BulkActionCreate, 'ids' | 'matching'> = isAll
    ? { matching: { filter: selection.filter, count: total } }
    : { ids: [...selection.rows.keys()] }
  const start = useMutation({
    mutationFn: () => {
      const words = reason.trim()
      const whose = authority === hubValue ? null : authority
      return hub.bulkActions.start({
        ...{ action: kind, authority: whose, ...wish },
        ...(words === '' ? {} : { reason: words }),
      })
    },
    onSuccess: async () => {
      setReason('')
      onStarted()
      await queries.invalidateQueries({ queryKey: bulkActionsQuery.queryKey })
      keepFocus()
    },
  })
  const close = (): void => {
    start.reset()
    onClose()
  }
  return (
    <ConfirmDialog
      opened={props.kind !== undefined}
      title={`${labels[kind]} of ${counted(count, 'user')}`}
      action={`Set for ${counted(count, 'user')}`}
      busy={start.isPending}
      error={<FailureNotice error={start.error} title="Nothing was begun." unchanged="Nobody was changed." />}
      onConfirm={() => start.mutate()}
      onClose={close}
    >
      <NativeSelect
        label={labels[kind]}
        value={authority}
        onChange={(event) => setAuthority(event.currentTarget.value)}
        data={[
          { value: hubValue, label: 'None (this hub)' },
          ...directories.map(({ id, name }) => ({ value: id, label: `Active Directory (${name})` })),
        ]}
      />
      <p>{bulkEffects[kind]}</p>
      <Textarea
        label="Reason"
        description="Kept in the journal. May stay empty."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
      />
    </ConfirmDialog>
  )
}
