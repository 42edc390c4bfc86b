import type { BulkActionCreate } from '@lockstep/contract/hub/bulk-action'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { bulkActionsQuery, userCountQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import {
  asksForNumber,
  bulkEffects,
  type BulkKind,
  bulkVerbs,
  previewBulk,
  skippedText,
  stateAfter,
} from './bulk-preview.ts'
import type { Selection } from './use-selection.ts'

interface BulkDialogProps {
  /** Undefined while nothing is asked. */
  readonly kind: BulkKind | undefined
  readonly selection: Selection
  /** How many users match the list's filters. */
  readonly total: number
  readonly onClose: () => void
  readonly onStarted: () => void
}

interface Preview {
  /** How many will be changed; undefined until it is known. */
  readonly count: number | undefined
  readonly skipped: readonly string[]
  readonly wish: Pick<BulkActionCreate, 'ids' | 'matching'>
}

/** Whom the action will change. All that match are counted by the hub, because most of them were never listed here. */
function usePreview({ kind = 'suspend', selection, total }: BulkDialogProps, isAsked: boolean): Preview {
  const target = stateAfter(kind)
  const isAll = selection.kind === 'matching'
  const filter = isAll ? selection.filter : {}
  const isCounted = isAll && target !== undefined && filter.state === undefined
  const there = useQuery({
    ...userCountQuery({ ...filter, ...(target === undefined ? {} : { state: target }) }),
    enabled: isCounted && isAsked,
  }).data
  if (!isAll) {
    const { ids, skipped } = previewBulk(kind, [...selection.rows.values()])
    return { count: ids.length, skipped, wish: { ids: [...ids] } }
  }
  const left = isCounted ? there : filter.state !== undefined && filter.state === target ? total : 0
  const text = skippedText(kind, left ?? 0, 'that match')
  return {
    count: left === undefined ? undefined : total - left,
    skipped: text === undefined ? [] : [text],
    wish: { matching: { filter, count: total } },
  }
}

/** Says who will be changed and who not, asks, and hands the work to the hub. */
export function BulkDialog(props: BulkDialogProps): ReactElement {
  const { kind, onClose, onStarted } = props
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const verb = bulkVerbs[kind ?? 'suspend']
  const { count, skipped, wish } = usePreview(props, kind !== undefined)
  const start = useMutation({
    mutationFn: () => {
      const words = reason.trim()
      return hub.bulkActions.start({ action: kind ?? 'suspend', ...wish, ...(words === '' ? {} : { reason: words }) })
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
  const amount = count === undefined ? 'users' : counted(count, 'user')
  return (
    <ConfirmDialog
      opened={kind !== undefined}
      title={`${verb.now} ${amount}?`}
      action={`${verb.now} ${amount}`}
      danger={kind !== 'activate'}
      busy={start.isPending || count === undefined}
      typedName={kind !== undefined && asksForNumber(kind, count ?? 0) ? String(count) : undefined}
      error={<FailureNotice error={start.error} title="Nothing was begun." unchanged="Nobody was changed." />}
      onConfirm={() => (count === 0 ? close() : start.mutate())}
      onClose={close}
    >
      <p>{bulkEffects[kind ?? 'suspend']}</p>
      {skipped.map((text) => (
        <p key={text}>{text}</p>
      ))}
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
