import { Checkbox } from '@mantine/core'
import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import { type KeyboardEvent, type ReactElement, type ReactNode, useMemo, useRef, useState } from 'react'
import { CopyCell } from './copy-cell.tsx'
import { HeaderCell } from './header-cell.tsx'
import { nextRowIndex } from './row-focus.ts'
import { SkeletonRows } from './skeleton-rows.tsx'

/** A column: the first is the row's name and stays in sight when the table scrolls sideways. */
export interface DataColumn<T> {
  readonly id: string
  readonly header: string
  readonly cell: (row: T) => ReactNode
  /** What the server sorts by, when it can. */
  readonly sortKey?: string
  readonly width?: number
  /** The text that a copy button takes, where copying makes sense. */
  readonly copy?: (row: T) => string
  readonly align?: 'end'
}

export interface DataTableProps<T> {
  /** The table's name for those who hear it. */
  readonly label: string
  readonly columns: readonly DataColumn<T>[]
  /** Undefined while the first page loads. */
  readonly rows: readonly T[] | undefined
  readonly rowId: (row: T) => string
  readonly rowName: (row: T) => string
  readonly total?: number | undefined
  readonly hidden?: ReadonlySet<string>
  readonly density?: 'normal' | 'compact'
  /** The server's sort, with a leading minus for descending. */
  readonly sort?: string | undefined
  readonly onSort?: ((sort: string) => void) | undefined
  readonly selected?: ReadonlySet<string>
  /** Every row is selected, also those that are not shown. */
  readonly allSelected?: boolean
  readonly onSelect?: ((rows: readonly T[], selected: boolean) => void) | undefined
  readonly onOpen?: ((row: T, inNewTab: boolean) => void) | undefined
  /** Stands in place of the rows when there are none. */
  readonly empty?: ReactNode
  /** Fills the window's height and scrolls inside. */
  readonly tall?: boolean
}

const features = tableFeatures({ columnVisibilityFeature })
const noRows: never[] = []
const noneHidden: ReadonlySet<string> = new Set()

/** Rows and columns with a sticky head, sorting, selection and a complete keyboard path; knows no data source. */
export function DataTable<T extends object>(props: DataTableProps<T>): ReactElement {
  const { columns, rows, hidden = noneHidden, density = 'normal' } = props
  const definitions = useMemo(
    () => columns.map((column): ColumnDef<typeof features, T> => ({ id: column.id, header: column.header })),
    [columns],
  )
  const visibility = useMemo(() => Object.fromEntries([...hidden].map((id) => [id, false])), [hidden])
  const table = useTable({
    features,
    columns: definitions,
    data: rows ?? noRows,
    getRowId: props.rowId,
    state: { columnVisibility: visibility },
  })
  const visible = columns.filter((column) => table.getColumn(column.id)?.getIsVisible() ?? true)

  return (
    <div className={`ls-table-scroll ${props.tall === true ? 'ls-table-tall' : ''}`}>
      <table
        className={`ls-table ls-table-${density}`}
        role="grid"
        aria-label={props.label}
        aria-rowcount={props.total}
        aria-busy={rows === undefined}
        aria-multiselectable={props.onSelect !== undefined}
      >
        <TableHead {...props} columns={visible} />
        {rows === undefined ? (
          <SkeletonRows columns={visible.length + (props.onSelect ? 1 : 0)} />
        ) : (
          <TableBody {...props} columns={visible} rows={table.getRowModel().rows.map((row) => row.original)} />
        )}
      </table>
      {rows?.length === 0 && props.empty}
    </div>
  )
}

function isSelected<T>({ selected, allSelected = false, rowId }: DataTableProps<T>, row: T): boolean {
  return allSelected || (selected?.has(rowId(row)) ?? false)
}

function TableHead<T extends object>(props: DataTableProps<T>): ReactElement {
  const { rows = [], onSelect } = props
  const count = rows.filter((row) => isSelected(props, row)).length
  return (
    <thead>
      <tr>
        {onSelect && (
          <th className="ls-select-cell" scope="col">
            <Checkbox
              size="xs"
              aria-label="Select all rows of this page"
              checked={count > 0 && count === rows.length}
              indeterminate={count > 0 && count < rows.length}
              onChange={(event) => onSelect(rows, event.currentTarget.checked)}
            />
          </th>
        )}
        {props.columns.map((column) => (
          <HeaderCell key={column.id} {...column} sort={props.sort} onSort={props.onSort} />
        ))}
      </tr>
    </thead>
  )
}

function TableBody<T extends object>(props: DataTableProps<T> & { readonly rows: readonly T[] }): ReactElement {
  const { rows } = props
  const [focused, setFocused] = useState(0)
  const body = useRef<HTMLTableSectionElement>(null)
  const current = Math.min(focused, Math.max(0, rows.length - 1))

  function onKeyDown(event: KeyboardEvent<HTMLTableSectionElement>): void {
    if (!(event.target instanceof HTMLTableRowElement)) return
    const row = rows[current]
    const target = nextRowIndex(event.key, current, rows.length)
    if (target !== undefined) {
      event.preventDefault()
      setFocused(target)
      body.current?.rows.item(target)?.focus()
    } else if (row && event.key === ' ' && props.onSelect) {
      event.preventDefault()
      props.onSelect([row], !isSelected(props, row))
    } else if (row && event.key === 'Enter' && props.onOpen) {
      event.preventDefault()
      props.onOpen(row, event.ctrlKey || event.metaKey)
    }
  }

  return (
    <tbody ref={body} onKeyDown={onKeyDown}>
      {rows.map((row, index) => (
        <TableRow
          key={props.rowId(row)}
          row={row}
          table={props}
          reachable={index === current}
          selected={isSelected(props, row)}
          onFocus={() => setFocused(index)}
        />
      ))}
    </tbody>
  )
}

interface TableRowProps<T> {
  readonly row: T
  readonly table: DataTableProps<T>
  readonly reachable: boolean
  readonly selected: boolean
  readonly onFocus: () => void
}

function TableRow<T extends object>({ row, table, reachable, selected, onFocus }: TableRowProps<T>): ReactElement {
  const { onSelect } = table
  return (
    <tr tabIndex={reachable ? 0 : -1} onFocus={onFocus} {...(onSelect ? { 'aria-selected': selected } : {})}>
      {onSelect && (
        <td className="ls-select-cell">
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label={`Select ${table.rowName(row)}`}
            checked={selected}
            onChange={(event) => onSelect([row], event.currentTarget.checked)}
          />
        </td>
      )}
      {table.columns.map((column, index) => {
        const content = column.copy ? <CopyCell text={column.copy(row)}>{column.cell(row)}</CopyCell> : column.cell(row)
        const className = column.align === 'end' ? 'ls-cell ls-cell-end' : 'ls-cell'
        return index === 0 ? (
          <th key={column.id} scope="row" className={className}>
            {content}
          </th>
        ) : (
          <td key={column.id} className={className}>
            {content}
          </td>
        )
      })}
    </tr>
  )
}
