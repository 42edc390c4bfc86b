import { Button } from '@mantine/core'
import type { ReactElement } from 'react'

interface TablePagerProps {
  readonly page: number
  readonly pageSize: number
  readonly shown: number
  readonly total: number
  readonly onFirst?: (() => void) | undefined
  readonly onPrevious?: (() => void) | undefined
  readonly onNext?: (() => void) | undefined
}

/** Where in the list the reader is, and the ways to the neighbouring pages. */
export function TablePager(props: TablePagerProps): ReactElement {
  const from = (props.page - 1) * props.pageSize + 1
  const to = from + props.shown - 1
  const words =
    props.shown === 0
      ? 'No rows'
      : `${from.toLocaleString('en')}–${to.toLocaleString('en')} of ${props.total.toLocaleString('en')}`
  return (
    <nav className="ls-pager" aria-label="Pages">
      <span className="ls-dim" role="status">
        {words}
      </span>
      <span className="ls-spring" />
      <Button variant="default" size="xs" disabled={!props.onFirst} onClick={props.onFirst}>
        First page
      </Button>
      <Button variant="default" size="xs" disabled={!props.onPrevious} onClick={props.onPrevious}>
        Previous page
      </Button>
      <Button variant="default" size="xs" disabled={!props.onNext} onClick={props.onNext}>
        Next page
      </Button>
    </nav>
  )
}
