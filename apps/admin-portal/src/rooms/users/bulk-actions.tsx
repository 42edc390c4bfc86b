import type { BulkAction } from '@lockstep/contract/hub/bulk-action'
import { systemClock } from '@lockstep/kernel/clock'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { ProgressPanel } from '@lockstep/ui/progress-panel'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { CloseButton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { hub } from '../../hub/hub.ts'
import { bulkActionsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { BulkFailures } from './bulk-failures.tsx'
import { bulkVerbs, outcomeWords } from './bulk-preview.ts'
import { dismissAction, isDismissed } from './dismissed-actions.ts'
import { DownloadResult } from './download-result.tsx'

/** Older ends are in the journal. */
const shownEnds = 3
/** So long an ended action is still news to whoever began it. */
const newsMs = 30 * 60_000

const noActions: readonly BulkAction[] = []

/** The bulk actions that go on, by whomever, and the reader's own that ended lately. */
export function BulkActions(): ReactElement | null {
  const { administrator } = useSession()
  const known = useQuery(bulkActionsQuery).data
  const actions = known ?? noActions
  const [, redraw] = useState(0)
  useFreshLists(known)
  const working = actions.filter((each) => each.state === 'working')
  const ended = actions.filter(
    (each) =>
      each.state !== 'working' &&
      each.startedBy === administrator.name &&
      systemClock.now().getTime() - Date.parse(each.ended ?? each.started) < newsMs &&
      !isDismissed(each.id),
  )
  const shown = [...working, ...ended.slice(0, shownEnds)]
  const dismiss = (id: string): void => {
    dismissAction(id)
    redraw((count) => count + 1)
  }
  if (shown.length === 0) return null
  return (
    <section className="portal-runs" aria-label="Bulk actions">
      {shown.map((action) =>
        action.state === 'working' ? (
          <WorkingAction key={action.id} action={action} />
        ) : (
          <EndedAction key={action.id} action={action} onDismiss={() => dismiss(action.id)} />
        ),
      )}
    </section>
  )
}

/** Fetches what an action changed as soon as it ends, also one that was over before it was seen at work. */
function useFreshLists(actions: readonly BulkAction[] | undefined): void {
  const queries = useQueryClient()
  const seen = useRef<ReadonlySet<string>>(undefined)
  useEffect(() => {
    if (actions === undefined) return
    const ended = actions.filter((each) => each.state !== 'working').map((each) => each.id)
    const hasNews = seen.current !== undefined && ended.some((id) => seen.current?.has(id) === false)
    seen.current = new Set(ended)
    if (!hasNews) return
    for (const kind of ['users', 'groups', 'directories', 'journal'])
      void queries.invalidateQueries({ queryKey: [kind] })
  }, [actions, queries])
}

function WorkingAction({ action }: { readonly action: BulkAction }): ReactElement {
  const { denial } = useSession()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => hub.bulkActions.cancel(action.id),
    onSettled: () => queries.invalidateQueries({ queryKey: bulkActionsQuery.queryKey }),
  })
  const verb = bulkVerbs[action.action]
  return (
    <div className="portal-run">
      <ProgressPanel
        title={`${verb.going} ${counted(action.total, 'user')}`}
        done={action.changed + action.unchanged + action.failed}
        total={action.total}
        detail={`by ${action.startedBy}`}
        actions={
          <ActionButton
            variant="default"
            size="xs"
            denied={denial('users.suspend')}
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Cancel
          </ActionButton>
        }
      />
      <FailureNotice error={cancel.error} title="It was not cancelled." />
    </div>
  )
}

const endings = {
  done: { tone: 'green', label: 'Done' },
  cancelled: { tone: 'grey', label: 'Cancelled' },
} as const

interface EndedActionProps {
  readonly action: BulkAction
  readonly onDismiss: () => void
}

function EndedAction({ action, onDismiss }: EndedActionProps): ReactElement {
  const { title, rest } = outcomeWords(action)
  const ending = endings[action.state === 'working' ? 'done' : action.state]
  return (
    <div className="portal-run portal-run-ended" role="group" aria-label={title}>
      <StatusChip
        {...(action.state === 'done' && action.failed > 0 ? { tone: 'amber', label: 'Done in part' } : ending)}
      />
      <span role="status">
        <strong>{title}</strong>
        {rest.map((text) => ` · ${text}`)}
      </span>
      <span className="ls-dim">
        <Time at={action.ended ?? action.started} />
      </span>
      <span className="ls-spring" />
      <Undo action={action} />
      {action.failed > 0 && <BulkFailures action={action} />}
      <DownloadResult action={action} />
      <CloseButton size="sm" aria-label={`Dismiss: ${title}`} onClick={onDismiss} />
    </div>
  )
}

function Undo({ action }: { readonly action: BulkAction }): ReactElement | null {
  const { denial } = useSession()
  const queries = useQueryClient()
  const undo = useMutation({
    mutationFn: () => hub.bulkActions.undo(action.id),
    onSettled: () => queries.invalidateQueries({ queryKey: bulkActionsQuery.queryKey }),
  })
  // Taking an undo back would be the first action again; who wants that asks for it anew.
  if ((action.undoable === 0 || action.undoOf !== undefined) && !undo.error) return null
  const verb = action.action === 'suspend' ? 'activate' : 'suspend'
  return (
    <>
      <FailureNotice error={undo.error} title="It was not undone." unchanged="Nobody was changed." />
      <ActionButton
        variant="default"
        size="xs"
        denied={denial('users.suspend')}
        loading={undo.isPending}
        onClick={() => undo.mutate()}
      >
        Undo: {verb} {counted(action.undoable, 'user')}
      </ActionButton>
    </>
  )
}
