import type { CustomAttribute } from '@lockstep/contract/hub/custom-schema'
import { ActionIcon, Autocomplete, Button, PasswordInput, Select, Textarea, TextInput, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactElement, type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { emptyParts, type PartsDraft, type ValueDraft } from './value-draft.ts'

export interface ValueFieldProps {
  readonly attribute: CustomAttribute
  readonly draft: ValueDraft
  readonly error: string | undefined
  /** Why it cannot be changed here; undefined when it can. */
  readonly fixed: ReactNode
  /** A value is kept that nobody is shown. */
  readonly isKept: boolean
  readonly onChange: (draft: ValueDraft) => void
}

/** A declared attribute to be filled in, by its type. */
export function ValueField(props: ValueFieldProps): ReactElement {
  const { draft } = props
  return typeof draft === 'string' ? <PlainField {...props} text={draft} /> : <PartsField {...props} draft={draft} />
}

interface PartsFieldProps extends ValueFieldProps {
  readonly draft: PartsDraft | readonly PartsDraft[]
}

/** A value with parts, or several of them. */
function PartsField({ attribute, draft, error, fixed, onChange }: PartsFieldProps): ReactElement {
  const box = useRef<HTMLFieldSetElement>(null)
  const focusNext = useFocusNext(box)
  const isList = Array.isArray(draft)
  // A value has no identity of its own but its place.
  const nameOf = (index: number): string => `${attribute.name} ${index + 1}`
  const rows: readonly PartsDraft[] = isList ? (draft as readonly PartsDraft[]) : [draft as PartsDraft]
  const change = (next: readonly PartsDraft[]): void => onChange(isList ? next : (next[0] ?? emptyParts(attribute)))
  return (
    <fieldset
      ref={box}
      className="declared-value"
      tabIndex={-1}
      {...(error === undefined ? {} : { 'aria-invalid': true })}
    >
      <legend>{attribute.name}</legend>
      {(fixed ?? attribute.description) !== '' && <p className="ls-dim">{fixed ?? attribute.description}</p>}
      {rows.map((parts, index) => (
        <div
          key={nameOf(index)}
          className="declared-value-row"
          role="group"
          aria-label={nameOf(index)}
          data-row={index}
        >
          {attribute.subAttributes?.map((part) => (
            <Typed
              key={part.name}
              attribute={part}
              label={part.name}
              readOnly={fixed !== undefined}
              text={parts[part.name] ?? ''}
              onChange={(text) => change(rows.map((row, at) => (at === index ? { ...row, [part.name]: text } : row)))}
            />
          ))}
          {isList && fixed === undefined && (
            <RemoveButton
              name={nameOf(index)}
              onClick={() => {
                focusNext('[data-add]')
                change(rows.filter((_, at) => at !== index))
              }}
            />
          )}
        </div>
      ))}
      {error !== undefined && (
        <p className="portal-fault" role="alert">
          {error}
        </p>
      )}
      {isList && fixed === undefined && (
        <div>
          <Button
            data-add
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => {
              focusNext(`[data-row="${rows.length}"] input`)
              change([...rows, emptyParts(attribute)])
            }}
          >
            Add {attribute.name}
          </Button>
        </div>
      )}
    </fieldset>
  )
}

function RemoveButton({ name, onClick }: { readonly name: string; readonly onClick: () => void }): ReactElement {
  return (
    <Tooltip label="Remove">
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove ${name}`} onClick={onClick}>
        <IconTrash size={16} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

/** Gives what is to have the focus next the focus, once it is drawn. */
function useFocusNext(box: RefObject<HTMLElement | null>): (selector: string) => void {
  const wanted = useRef<string>(undefined)
  useEffect(() => {
    if (wanted.current !== undefined) box.current?.querySelector<HTMLElement>(wanted.current)?.focus()
    wanted.current = undefined
  })
  return (selector) => {
    wanted.current = selector
  }
}

function PlainField({
  attribute,
  text,
  error,
  fixed,
  isKept,
  onChange,
}: ValueFieldProps & { readonly text: string }): ReactElement {
  const { name, multiValued, description, returned } = attribute
  const notes = {
    label: name,
    description: fixed ?? (description === '' ? undefined : description),
    error,
    readOnly: fixed !== undefined,
    ...(error === undefined ? {} : { 'aria-invalid': true as const }),
  }
  if (returned === 'never')
    return (
      <PasswordInput
        {...notes}
        autoComplete="new-password"
        placeholder={isKept ? 'Kept; type another one to replace it' : 'None'}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  if (multiValued)
    return (
      <Textarea
        {...notes}
        description={fixed ?? [description, 'One on each line.'].filter((words) => words !== '').join(' ')}
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  return <Typed {...notes} attribute={attribute} text={text} onChange={onChange} />
}

interface TypedProps {
  readonly attribute: Omit<CustomAttribute, 'subAttributes'>
  readonly label: string
  readonly description?: ReactNode
  readonly error?: string | undefined
  readonly readOnly: boolean
  readonly text: string
  readonly onChange: (text: string) => void
}

function Typed({ attribute, text, onChange, ...notes }: TypedProps): ReactElement {
  const { type, canonicalValues } = attribute
  if (type === 'boolean')
    return (
      <Select
        {...notes}
        clearable
        placeholder="None"
        data={[
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ]}
        value={text === '' ? null : text}
        onChange={(next) => onChange(next ?? '')}
      />
    )
  if (canonicalValues !== undefined && canonicalValues.length > 0)
    return <Autocomplete {...notes} autoComplete="off" data={[...canonicalValues]} value={text} onChange={onChange} />
  return (
    <TextInput
      {...notes}
      autoComplete="off"
      {...(type === 'integer' || type === 'decimal' ? { inputMode: 'decimal' as const } : {})}
      {...(type === 'dateTime' ? { placeholder: '2026-01-31T09:00:00Z' } : {})}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
