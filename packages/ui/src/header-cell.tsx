import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react'
import type { ReactElement } from 'react'

interface HeaderCellProps {
  readonly id: string
  readonly header: string
  readonly sortKey?: string
  readonly width?: number
  readonly align?: 'end'
  readonly sort?: string | undefined
  readonly onSort?: ((sort: string) => void) | undefined
}

/** A column's head; a button when the server can sort by it. */
export function HeaderCell({ header, sortKey, width, align, sort, onSort }: HeaderCellProps): ReactElement {
  const style = width === undefined ? {} : { style: { minWidth: width, width } }
  const className = align === 'end' ? 'ls-cell ls-cell-end' : 'ls-cell'
  if (sortKey === undefined || !onSort) {
    return (
      <th scope="col" className={className} {...style}>
        {header}
      </th>
    )
  }
  const direction = sort === sortKey ? 'ascending' : sort === `-${sortKey}` ? 'descending' : 'none'
  const Icon = direction === 'none' ? IconArrowsSort : direction === 'ascending' ? IconArrowUp : IconArrowDown
  return (
    <th scope="col" className={className} aria-sort={direction} {...style}>
      <button
        type="button"
        className="ls-sort"
        onClick={() => onSort(direction === 'ascending' ? `-${sortKey}` : sortKey)}
      >
        {header}
        <Icon size={14} aria-hidden className={direction === 'none' ? 'ls-sort-idle' : ''} />
      </button>
    </th>
  )
}
