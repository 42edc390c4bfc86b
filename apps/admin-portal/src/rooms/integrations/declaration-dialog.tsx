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
import { useDeclaration } from './use-declaration.ts'

export interface DeclarationDialogProps {
  readonly kind: DeclarationKind
  /** Undefined: a new one. */
  readonly declaration: Declaration | undefined
  readonly denied: string | undefined
  readonly onClose: () => void
}

/** Declares a schema or type in the words of RFC 7643, changes it, or deletes it. */
export function DeclarationDialog({ kind, declaration, denied, onClose }: DeclarationDialogProps): ReactElement {
  const noun = kind === 'schema' ? 'schema' : 'resource type'
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={declaration === undefined ? `Declare a ${noun}` : declaration.name}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <DeclarationForm {...{ kind, declaration, denied, onClose }} />
    </Modal>
  )
}

function DeclarationForm({ kind, declaration, denied, onClose }: DeclarationDialogProps): ReactElement {
  const [text, setText] = useState(declaration?.text ?? firstText[kind])
  const [discard, setDiscard] = useState<number | undefined>()
  const read = readDeclaration(text)
  const { save, remove } = useDeclaration({ kind, declaration, discard, onDone: onClose })
  const fault = save.error instanceof HubError && save.error.field !== undefined ? save.error : undefined
  const error = save.error ?? remove.error
  const losesValues = error instanceof HubError && error.code === 'custom_schema_in_use'
  const refusal = denied ?? (declaration?.fromFile === true ? 'It is declared in a file. Change it there.' : undefined)
  const submit = (): void => {
    remove.reset()
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
        className="integration-json"
        autosize
        minRows={10}
        maxRows={24}
        spellCheck={false}
        value={text}
        error={read.ok ? fault && `${lineWords(text, fault.field)}${fault.detail}` : read.why}
        onChange={(event) => {
          save.reset()
          setText(event.currentTarget.value)
        }}
      />
      {losesValues && <Losses kind={kind} value={discard} onChange={setDiscard} />}
      <FailureNotice
        error={fault === undefined ? error : null}
        title={remove.error === null ? 'It was not saved.' : 'It was not deleted.'}
        unchanged="Nothing was changed."
      />
      <div className="ls-dialog-actions">
        {declaration !== undefined && (
          <ActionButton
            variant="default"
            c="var(--ls-red)"
            denied={refusal}
            loading={remove.isPending}
            onClick={() => {
              save.reset()
              remove.mutate()
            }}
          >
            Delete
          </ActionButton>
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
  readonly kind: DeclarationKind
  readonly value: number | undefined
  readonly onChange: (value: number | undefined) => void
}

/** How much may be lost, asked for once the hub told it. */
function Losses({ kind, value, onChange }: LossesProps): ReactElement {
  return (
    <NumberInput
      label={kind === 'schema' ? 'Values to discard' : 'Resources to delete'}
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
