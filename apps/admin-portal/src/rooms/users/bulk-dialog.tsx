import type { BulkActionCreate } from '@lockstep/contract/hub/bulk-action'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { userCountQuery } from '../../hub/queries.ts'
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
import { BulkQuestion } from './bulk-question.tsx'
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

/** Says who will be changed and who not, and asks. */
export function BulkDialog(props: BulkDialogProps): ReactElement {
  const { kind = 'suspend' } = props
  const isAsked = props.kind !== undefined
  const verb = bulkVerbs[kind]
  const { count, skipped, wish } = usePreview(props, isAsked)
  const amount = count === undefined ? 'users' : counted(count, 'user')
  return (
    <BulkQuestion
      opened={isAsked}
      title={`${verb.now} ${amount}?`}
      action={`${verb.now} ${amount}`}
      danger={kind !== 'activate'}
      isCounting={count === undefined}
      typedName={isAsked && asksForNumber(kind, count ?? 0) ? String(count) : undefined}
      wish={count === 0 ? undefined : { action: kind, ...wish }}
      onClose={props.onClose}
      onStarted={props.onStarted}
    >
      <p>{bulkEffects[kind]}</p>
      {skipped.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </BulkQuestion>
  )
}
