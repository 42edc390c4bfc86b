import { attributeTypes } from '@lockstep/contract/hub/custom-schema'
import { ActionIcon, Button, Select, TextInput, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight, IconTrash } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useState } from 'react'
import { AttributeFacts, AttributeTicks, factsInShort, FixedFact, staysNote } from './attribute-facts.tsx'
import { typeWords } from './fact-words.ts'
import { type AttributeDraft, choicesOf, type Fault } from './schema-draft.ts'

export interface AttributeEditorProps {
  readonly attribute: AttributeDraft
  readonly place: string
  readonly partOf?: string
  readonly isDeclared: boolean
  /** The id of what says why something stays as it is. */
  readonly describedBy: string
  readonly position: { readonly index: number; readonly of: number }
  readonly fault: Fault | undefined
  readonly readOnly: boolean
  /** The editor of its parts, by its name. */
  readonly parts: (name: string) => ReactNode
  readonly onChange: (attribute: AttributeDraft) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

/** One attribute: its name and type, what it may hold, and behind a button the rest. */
export function AttributeEditor(props: AttributeEditorProps): ReactElement {
  const { attribute, place, partOf, fault, onChange } = props
  const [opened, setOpened] = useState(false)
  const rest = useId()
  const faulty = fieldOf(fault, place)
  const isOpen = opened || behindMore.test(faulty ?? '')
  const name =
    attribute.name.trim() === ''
      ? `${partOf === undefined ? 'Attribute' : 'Part'} ${props.position.index + 1}`
      : attribute.name
  const noteOf = (field: string) =>
    fault?.path === `${place}.${field}` ? { error: fault.words, 'aria-invalid': true as const } : {}
  return (
    <div
      className="declared-attribute"
      role="group"
      aria-label={name}
      data-attribute={attribute.key}
      onKeyDown={(event) => moveByKeys(event, props)}
    >
      <AttributeHead {...props} name={name} noteOf={noteOf} />
      <div className="declared-ticks">
        <AttributeTicks {...props} isPart={partOf !== undefined} noteOf={noteOf} />
        <Button
          variant="subtle"
          size="xs"
          color="gray"
          aria-expanded={isOpen}
          aria-controls={rest}
          aria-label={`More of ${name}`}
          leftSection={isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          onClick={() => setOpened(!isOpen)}
        >
          More
        </Button>
        {!isOpen && <span className="ls-dim">{factsInShort(attribute)}</span>}
      </div>
      <div id={rest} hidden={!isOpen}>
        {isOpen && (
          <AttributeFacts
            {...props}
            isPart={partOf !== undefined}
            noteOf={noteOf}
            onChange={(next) => {
              // A fault may have opened it; what is being corrected stays.
              setOpened(true)
              onChange(next)
            }}
          />
        )}
      </div>
      {fault !== undefined && faulty !== undefined && !standsAtField.test(faulty) && <FaultLine fault={fault} />}
      {attribute.type === 'complex' && <div className="declared-parts">{props.parts(name)}</div>}
    </div>
  )
}

interface AttributeHeadProps extends AttributeEditorProps {
  readonly name: string
  readonly noteOf: (field: string) => { readonly error?: string; readonly 'aria-invalid'?: true }
}

function AttributeHead(props: AttributeHeadProps): ReactElement {
  const { attribute, partOf, noteOf, readOnly, onChange } = props
  const isKnown = attribute.known !== undefined
  const types = choicesOf(attribute, 'type', attributeTypes).filter(
    (type) => partOf === undefined || type !== 'complex',
  )
  return (
    <div className="declared-head">
      <TextInput
        label="Name"
        data-focus={`name-${attribute.key}`}
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
        readOnly={isKnown || readOnly}
        {...(isKnown ? staysNote : {})}
        value={attribute.name}
        {...noteOf('name')}
        onChange={(event) => onChange({ ...attribute, name: event.currentTarget.value })}
      />
      {types.length === 1 || readOnly ? (
        <FixedFact label="Type" text={typeWords[attribute.type]} stays={types.length === 1} />
      ) : (
        <Select
          label="Type"
          allowDeselect={false}
          data={types.map((value) => ({ value, label: typeWords[value as keyof typeof typeWords] }))}
          value={attribute.type}
          {...noteOf('type')}
          onChange={(next) => {
            const type = attributeTypes.find((one) => one === next) ?? attribute.type
            onChange({ ...attribute, type, caseExact: type === 'binary' || type === 'reference' })
          }}
        />
      )}
      {!readOnly && <MoveButtons {...props} />}
    </div>
  )
}

function FaultLine({ fault }: { readonly fault: Fault }): ReactElement {
  return (
    <p className="portal-fault" role="alert">
      {fault.words}
    </p>
  )
}

/** What of the attribute is faulty; empty when it is the attribute itself, undefined when it is another one. */
function fieldOf(fault: Fault | undefined, place: string): string | undefined {
  if (fault?.path === place) return ''
  return fault?.path.startsWith(`${place}.`) === true ? fault.path.slice(place.length + 1) : undefined
}

const behindMore = /^(mutability|returned|uniqueness|canonicalValues|referenceTypes|description)(\.|$)/u
const standsAtField =
  /^(name|type|multiValued|required|caseExact|mutability|returned|uniqueness|description|subAttributes(\..*)?)$/u

/** Alt with an arrow moves the attribute that has the focus. */
function moveByKeys(event: KeyboardEvent<HTMLElement>, { onMove }: AttributeEditorProps): void {
  // A list of choices opens by the same keys.
  if (event.defaultPrevented || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
  event.preventDefault()
  event.stopPropagation()
  onMove(event.key === 'ArrowUp' ? -1 : 1)
}

function MoveButtons({
  attribute,
  position,
  name,
  onMove,
  onRemove,
}: AttributeEditorProps & { readonly name: string }) {
  const { index, of } = position
  return (
    <div className="declared-moves">
      <RowButton
        focus={`up-${attribute.key}`}
        label={`Move ${name} up`}
        blocked={index === 0}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={16} stroke={1.5} aria-hidden />
      </RowButton>
      <RowButton
        focus={`down-${attribute.key}`}
        label={`Move ${name} down`}
        blocked={index === of - 1}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={16} stroke={1.5} aria-hidden />
      </RowButton>
      <RowButton focus={`remove-${attribute.key}`} label={`Remove ${name}`} blocked={false} onClick={onRemove}>
        <IconTrash size={16} stroke={1.5} aria-hidden />
      </RowButton>
    </div>
  )
}

interface RowButtonProps {
  readonly focus: string
  readonly label: string
  readonly blocked: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

function RowButton({ focus, label, blocked, onClick, children }: RowButtonProps): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={label}
        data-focus={focus}
        aria-disabled={blocked}
        {...(blocked ? { 'data-disabled': true } : {})}
        onClick={() => blocked || onClick()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
