import type { BulkActionCreate } from '@lockstep/contract/hub/bulk-action'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { bulkActionsQuery } from '../../hub/queries.ts'

interface BulkQuestionProps {
  readonly opened: boolean
  readonly title: string
  /** The verb with its count. */
  readonly action: string
  readonly danger?: boolean
  /** True while it is not known yet whom the action will change. */
  readonly isCounting?: boolean
  readonly typedName?: string | undefined
  /** What is to be done to whom; undefined when there is nobody to change. */
  readonly wish: BulkActionCreate | undefined
  readonly children: ReactNode
  readonly onClose: () => void
  readonly onStarted: () => void
}

/** Asks before a bulk action, with a reason for the journal, and hands the work to the hub. */
export function BulkQuestion(props: BulkQuestionProps): ReactElement {
  const { wish, isCounting = false, onClose, onStarted } = props
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const start = useMutation({
    mutationFn: (body: BulkActionCreate) => {
      const words = reason.trim()
      return hub.bulkActions.start({ ...body, ...(words === '' ? {} : { reason: words }) })
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
      opened={props.opened}
      title={props.title}
      action={props.action}
      danger={props.danger ?? false}
      busy={start.isPending || isCounting}
      typedName={props.typedName}
      error={<FailureNotice error={start.error} title="Nothing was begun." unchanged="Nobody was changed." />}
      onConfirm={() => (wish === undefined ? close() : start.mutate(wish))}
      onClose={close}
    >
      {props.children}
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
