import type { CustomAttribute } from '@lockstep/contract/hub/custom-schema'
import { ActionIcon, Autocomplete, Button, PasswordInput, Select, Textarea, TextInput, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'
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
  const { attribute, draft, error, fixed, onChange } = props
  if (typeof draft === 'string') return <PlainField {...props} text={draft} />
  const isList = Array.isArray(draft)
  // A value has no identity of its own but its place.
  const nameOf = (index: number): string => `${attribute.name} ${index + 1}`
  const rows: readonly PartsDraft[] = isList ? (draft as readonly PartsDraft[]) : [draft as PartsDraft]
  const change = (next: readonly PartsDraft[]): void => onChange(isList ? next : (next[0] ?? emptyParts(attribute)))
  return (
    <fieldset className="declared-value">
      <legend>{attribute.name}</legend>
      {(fixed ?? attribute.description) !== '' && <p className="ls-dim">{fixed ?? attribute.description}</p>}
      {rows.map((parts, index) => (
        <div key={nameOf(index)} className="declared-value-row" role="group" aria-label={nameOf(index)}>
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
            <Tooltip label="Remove">
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`Remove ${nameOf(index)}`}
                onClick={() => change(rows.filter((_, at) => at !== index))}
              >
                <IconTrash size={16} stroke={1.5} aria-hidden />
              </ActionIcon>
            </Tooltip>
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
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => change([...rows, emptyParts(attribute)])}
          >
            Add {attribute.name}
          </Button>
        </div>
      )}
    </fieldset>
  )
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
