import { HubError } from '@lockstep/client/hub-error'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Button, Modal, NumberInput, Textarea } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import {
  type Declaration,
  type DeclarationKind,
  firstText,
  lineOf,
  readDeclaration,
  typeNames,
} from './declaration-draft.ts'
import { DeleteDeclaration } from './delete-declaration.tsx'
import { useDeclaration } from './use-declaration.ts'
import './declared.css'

export interface DeclarationDialogProps {
  readonly kind: DeclarationKind
  /** Undefined: a new one. */
  readonly declaration: Declaration | undefined
  readonly denied: string | undefined
  readonly onClose: () => void
  /** Saved, declared or deleted. */
  readonly onDone: () => void
}

/** Declares a schema or type in the words of RFC 7643, changes it, or deletes it. */
export function DeclarationDialog(props: DeclarationDialogProps): ReactElement {
  const { kind, declaration, onClose } = props
  const noun = kind === 'schema' ? 'schema' : 'resource type'
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={declaration === undefined ? `Declare a ${noun}` : declaration.name}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <DeclarationForm {...props} />
    </Modal>
  )
}

function DeclarationForm(props: DeclarationDialogProps): ReactElement {
  const { kind, declaration, denied, onClose, onDone } = props
  const [text, setText] = useState(declaration?.text ?? firstText[kind])
  const [discard, setDiscard] = useState<number | undefined>()
  const read = readDeclaration(text)
  const save = useDeclaration({ kind, declaration, discard, onDone })
  const fault = save.error instanceof HubError && save.error.field !== undefined ? save.error : undefined
  const losesValues = save.error instanceof HubError && save.error.code === 'custom_schema_in_use'
  const refusal = denied ?? (declaration?.fromFile === true ? 'It is declared in a file. Change it there.' : undefined)
  const submit = (): void => {
    if (read.ok && !save.isPending) save.mutate(read.value)
  }
  return (
    <div className="ls-stack">
      <Textarea
        data-autofocus
        label="Declaration"
        description={
          kind === 'schema'
            ? `A schema as RFC 7643, section 7, has it, and whom it extends. Types: ${typeNames}.`
            : 'A name, an address, and the URN of a declared schema that extends nothing.'
        }
        className="declared-json"
        autosize
        minRows={10}
        maxRows={24}
        spellCheck={false}
        readOnly={refusal !== undefined}
        value={text}
        error={read.ok ? fault && `${lineWords(text, fault.field)}${fault.detail}` : read.why}
        onChange={(event) => {
          save.reset()
          setText(event.currentTarget.value)
        }}
      />
      {losesValues && <Losses value={discard} onChange={setDiscard} />}
      <FailureNotice
        error={fault === undefined ? save.error : null}
        title="It was not saved."
        unchanged="Nothing was changed."
      />
      <div className="ls-dialog-actions">
        {declaration?.kind === 'type' && (
          <DeleteDeclaration declaration={declaration} denied={refusal} onDone={onDone} />
        )}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <ActionButton denied={refusal} loading={save.isPending} onClick={submit}>
          {declaration === undefined ? 'Declare' : 'Save'}
        </ActionButton>
      </div>
    </div>
  )
}

interface LossesProps {
  readonly value: number | undefined
  readonly onChange: (value: number | undefined) => void
}

/** How much may be lost, asked for once the hub told it. */
function Losses({ value, onChange }: LossesProps): ReactElement {
  return (
    <NumberInput
      label="Values to discard"
      description="The number that was told, to lose them for good."
      min={0}
      value={value ?? ''}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  )
}

function lineWords(text: string, field: string | undefined): string {
  const line = field === undefined ? undefined : lineOf(text, field)
  return line === undefined ? '' : `Line ${line}: `
}
