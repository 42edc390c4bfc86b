import { Skeleton } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { FailureNotice } from './failure-notice.tsx'
import { failureOf } from './failure.ts'

/** How far the fetching has come. */
interface Fetched<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}

interface QueryViewProps<T> {
  readonly query: Fetched<T>
  /** What is loaded, for the failure's title: "The directories". */
  readonly what: string
  readonly children: (value: T) => ReactNode
}

/** The three states of something that is fetched: its shape while it loads, the failure with a retry, the thing. */
export function QueryView<T>({ query, what, children }: QueryViewProps<T>): ReactElement {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error && failureOf(query.error).code === 'not_found') {
    return (
      <div className="ls-stack">
        <title>{`${what} is not here · Lockstep`}</title>
        <h1>{what} is not here</h1>
        <p className="ls-dim">It was deleted, or the link is incomplete.</p>
      </div>
    )
  }
  if (query.error) {
    return (
      <FailureNotice
        error={query.error}
        title={`${what} could not be loaded.`}
        unchanged="Nothing was changed."
        onRetry={() => void query.refetch()}
      />
    )
  }
  return (
    <div className="ls-stack" aria-busy aria-label={`Loading ${what.toLowerCase()}`} role="status">
      <Skeleton height={20} width={260} />
      <Skeleton height={14} width="60%" />
      <Skeleton height={120} />
    </div>
  )
}
