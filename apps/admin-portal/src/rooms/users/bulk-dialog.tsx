import type { BulkResult, UserRow } from '@lockstep/contract/hub/user'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { Button, Modal, Textarea } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { counted } from '../../words/words.ts'
import { type BulkAction, bulkEffects, bulkVerbs, portions, previewBulk } from './bulk-preview.ts'

interface BulkDialogProps {
  /** Undefined while nothing is asked. */
  readonly action: BulkAction | undefined
  readonly users: readonly UserRow[]
  readonly onClose: () => void
  readonly onDone: () => void
}

const portionSize = 500

async function runBulk(action: BulkAction, ids: readonly string[], reason: string): Promise<BulkResult> {
  let changed = 0
  const failures: BulkResult['failures'] = []
  for (const portion of portions(ids, portionSize)) {
    const result = await hub.users.bulk({ action, ids: [...portion], ...(reason === '' ? {} : { reason }) })
    changed += result.changed
    failures.push(...result.failures)
  }
  return { changed, failures }
}

/** Says who will be changed and who not, asks, and afterwards names who could not be changed. */
export function BulkDialog({ action, users, onClose, onDone }: BulkDialogProps): ReactElement {
  const [reason, setReason] = useState('')
  const [failures, setFailures] = useState<BulkResult['failures']>([])
  const verb = bulkVerbs[action ?? 'suspend']
  const preview = previewBulk(action ?? 'suspend', users)
  const act = useAct({
    run: () => runBulk(action ?? 'suspend', preview.ids, reason.trim()),
    done: (result) => `${counted(result.changed, 'user')} ${verb.done}`,
    touches: ['users', 'groups', 'directories'],
    after: (result) => {
      setReason('')
      if (result.failures.length === 0) onDone()
      else setFailures(result.failures)
    },
  })
  const close = (): void => {
    act.reset()
    onClose()
  }
  const amount = counted(preview.ids.length, 'user')
  return (
    <>
      <ConfirmDialog
        opened={action !== undefined && failures.length === 0}
        title={`${verb.now} ${amount}?`}
        action={`${verb.now} ${amount}`}
        danger={action !== 'activate'}
        busy={act.isPending}
        typedName={action === 'delete' && preview.ids.length > 0 ? String(preview.ids.length) : undefined}
        error={
          <FailureNotice
            error={act.error}
            title="Not everything was done."
            unchanged="The list shows who was changed."
          />
        }
        onConfirm={() => (preview.ids.length > 0 ? act.mutate() : close())}
        onClose={close}
      >
        <p>{bulkEffects[action ?? 'suspend']}</p>
        {preview.skipped.map((text) => (
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
      <BulkFailures
        failures={failures}
        users={users}
        verb={verb.done}
        onClose={() => {
          setFailures([])
          onDone()
        }}
      />
    </>
  )
}

interface BulkFailuresProps {
  readonly failures: BulkResult['failures']
  readonly users: readonly UserRow[]
  readonly verb: string
  readonly onClose: () => void
}

/** One line for each user that stayed as it was. */
function BulkFailures({ failures, users, verb, onClose }: BulkFailuresProps): ReactElement {
  const names = new Map(users.map((user) => [user.id, user.displayName || user.username]))
  return (
    <Modal
      opened={failures.length > 0}
      onClose={onClose}
      title={`${counted(failures.length, 'user')} could not be ${verb}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ul className="portal-rows">
        {failures.map((failure) => (
          <li key={failure.id}>
            <strong>{names.get(failure.id) ?? failure.id}</strong>
            <span>{failure.message}</span>
          </li>
        ))}
      </ul>
      <div className="ls-dialog-actions">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Modal>
  )
}
