import { ActionIcon, Button, Select, TextInput, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactElement, type ReactNode, useRef, useState } from 'react'
import {
  readRows,
  type RowColumn,
  rowKinds,
  rowName,
  type RowsField,
  type RowValues,
  writeRows,
} from './contact-rows.ts'

/** As many as the hub takes. */
const rowsLimit = 50

interface RowsEditorProps {
  readonly field: RowsField
  readonly value: string
  /** The form's fault for the whole field; then every row shows its own. */
  readonly error: string | undefined
  /** What the hub said about one field of one row, by a path such as "phoneNumbers.0.number". */
  readonly faultAt: (path: string) => string | undefined
  readonly readOnly: boolean
  readonly description: ReactNode
  readonly onChange: (value: string) => void
}

/** Phone numbers or addresses: rows that are added, changed and removed. */
export function RowsEditor(props: RowsEditorProps): ReactElement {
  const { field, readOnly, error, faultAt } = props
  const rows = readRows(props.value)
  const box = useRef<HTMLFieldSetElement>(null)
  // Which fields the reader has left: these may say what is wrong with them.
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const change = (next: readonly RowValues[]): void => props.onChange(writeRows(next))
  const focus = (selector: string): void =>
    void requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(selector)?.focus())
  const faultOf = (index: number, name: string): string | undefined => {
    const place = `${index}.${name}`
    const mayTell = error !== undefined || left.has(place)
    const own = mayTell ? rowKinds[field].faultsOf(rows[index] ?? {})[name] : undefined
    return own ?? faultAt(`${field}.${place}`)
  }
  const isToldBesideAField = rows.some((_, index) =>
    rowKinds[field].columns.some(({ name }) => faultOf(index, name) !== undefined),
  )
  return (
    <fieldset ref={box} className="portal-row-editor">
      <legend>{rowKinds[field].title}</legend>
      {props.description !== undefined && <p className="ls-dim">{props.description}</p>}
      {rows.length === 0 && <p className="ls-dim">None.</p>}
      {rows.map((row, index) => (
        // A row has no identity of its own; its place is what the hub names it by too.
        <RowFields
          key={rowName(field, index)}
          field={field}
          index={index}
          row={row}
          readOnly={readOnly}
          faultOf={(name) => faultOf(index, name)}
          onLeave={(name) => setLeft(new Set([...left, `${index}.${name}`]))}
          onChange={(name, text) => change(rows.map((each, at) => (at === index ? { ...each, [name]: text } : each)))}
          onRemove={() => {
            change(rows.filter((_, at) => at !== index))
            setLeft(new Set())
            focus('[data-add]')
          }}
        />
      ))}
      {error !== undefined && !isToldBesideAField && <p className="portal-fault">{error}</p>}
      {!readOnly && rows.length < rowsLimit && (
        <AddRow
          field={field}
          onAdd={() => {
            change([...rows, rowKinds[field].fresh])
            focus(`[data-row="${rows.length}"] input`)
          }}
        />
      )}
    </fieldset>
  )
}

function AddRow({ field, onAdd }: { readonly field: RowsField; readonly onAdd: () => void }): ReactElement {
  return (
    <div>
      <Button data-add variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
        Add {rowKinds[field].noun}
      </Button>
    </div>
  )
}

interface RowFieldsProps {
  readonly field: RowsField
  readonly index: number
  readonly row: RowValues
  readonly readOnly: boolean
  readonly faultOf: (name: string) => string | undefined
  readonly onLeave: (name: string) => void
  readonly onChange: (name: string, text: string) => void
  readonly onRemove: () => void
}

function RowFields(props: RowFieldsProps): ReactElement {
  const { field, index } = props
  const name = rowName(field, index)
  return (
    <div className={`portal-row-fields portal-row-${field}`} role="group" aria-label={name} data-row={index}>
      {rowKinds[field].columns.map((column) => (
        <RowInput key={column.name} column={column} {...props} />
      ))}
      {!props.readOnly && (
        <Tooltip label={`Remove ${name.toLowerCase()}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            className="portal-row-remove"
            aria-label={`Remove ${name.toLowerCase()}`}
            onClick={props.onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
}

function RowInput(props: RowFieldsProps & { readonly column: RowColumn }): ReactElement {
  const { column, row, readOnly } = props
  const value = row[column.name] ?? ''
  const error = props.faultOf(column.name)
  if (column.options && !readOnly) {
    const known = Object.entries(column.options).map(([type, label]) => ({ value: type, label }))
    const options = value === '' || column.options[value] !== undefined ? known : [...known, { value, label: value }]
    return (
      <Select
        label={column.label}
        data={options}
        value={value === '' ? null : value}
        allowDeselect={false}
        error={error}
        onChange={(next) => props.onChange(column.name, next ?? '')}
      />
    )
  }
  return (
    <TextInput
      label={column.label}
      value={column.options?.[value] ?? value}
      readOnly={readOnly}
      error={error}
      maxLength={1024}
      autoComplete="off"
      onChange={(event) => props.onChange(column.name, event.currentTarget.value)}
      onBlur={() => props.onLeave(column.name)}
    />
  )
}
