import type { CustomAttribute } from '@lockstep/contract/hub/custom-schema'
import type { DeclaredSchemaValues } from '@lockstep/contract/hub/declared-values'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Button, Checkbox } from '@mantine/core'
import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { changedValues, draftOfValue, type ValueDraft } from './value-draft.ts'
import { ValueField, type ValueFieldProps } from './value-field.tsx'

/** Whose values they are. */
export interface Holder {
  readonly kind: 'users' | 'groups'
  readonly id: string
}

interface ValuesFormProps extends Holder {
  readonly schema: DeclaredSchemaValues
  readonly revision: number
  /** Who manages an attribute, in words. */
  readonly managed: (name: string) => ReactNode
  readonly onDone: () => void
}

type Drafts = Readonly<Record<string, ValueDraft>>

/** What is typed of the values, and what of it is to be sent. */
function useDrafts({ attributes, values }: DeclaredSchemaValues) {
  const [first] = useState<Drafts>(() =>
    Object.fromEntries(
      attributes.map((attribute) => [attribute.name, draftOfValue(attribute, values[attribute.name])]),
    ),
  )
  const [drafts, setDrafts] = useState(first)
  const [removed, setRemoved] = useState<readonly string[]>([])
  const without = (name: string): readonly string[] => removed.filter((one) => one !== name)
  return {
    drafts,
    removed,
    changed: {
      ...changedValues(attributes, first, drafts),
      ...Object.fromEntries(removed.map((name) => [name, null])),
    },
    set(name: string, draft: ValueDraft) {
      setDrafts({ ...drafts, [name]: draft })
      setRemoved(without(name))
    },
    remove: (name: string, isRemoved: boolean) => setRemoved(isRemoved ? [...removed, name] : without(name)),
  }
}

/** The values of one schema; only what was changed is sent. */
export function ValuesForm(props: ValuesFormProps): ReactElement {
  const { kind, id, managed, onDone } = props
  // What comes meanwhile must not overwrite what is being typed.
  const [{ schema, revision }] = useState(props)
  const { drafts, removed, changed, set, remove } = useDrafts(schema)
  const save = useAct({
    run: () => hub[kind].setDeclaredValues(id, { revision, schema: schema.id, values: changed }),
    done: `${schema.name} saved`,
    touches: [kind],
    after: onDone,
  })
  const fault = faultOf(save.error)
  const form = useFirstFault(save.error)
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (Object.keys(changed).length === 0) onDone()
    else if (!save.isPending) save.mutate()
  }
  const fixedWords = ({ name, mutability }: CustomAttribute): ReactNode => {
    const isSet = schema.values[name] !== undefined || schema.secrets.includes(name)
    return managed(name) ?? (mutability === 'immutable' && isSet ? 'Set once; it cannot change any more.' : undefined)
  }
  return (
    <form ref={form} onSubmit={submit} noValidate className="ls-stack declared-form">
      {schema.attributes.map((attribute) => {
        const { name } = attribute
        return (
          <FormField
            key={name}
            attribute={attribute}
            draft={drafts[name] ?? ''}
            error={fault?.name === name ? fault.words : undefined}
            fixed={fixedWords(attribute)}
            isKept={schema.secrets.includes(name)}
            isRemoved={removed.includes(name)}
            onChange={(draft) => {
              save.reset()
              set(name, draft)
            }}
            onRemoved={(isRemoved) => remove(name, isRemoved)}
          />
        )
      })}
      <FailureNotice
        error={schema.attributes.some(({ name }) => name === fault?.name) ? null : save.error}
        title="The values were not saved."
        unchanged="Nothing was changed."
      />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save changes
        </Button>
      </div>
    </form>
  )
}

interface FormFieldProps extends ValueFieldProps {
  readonly isRemoved: boolean
  readonly onRemoved: (isRemoved: boolean) => void
}

/** A value; one that nobody is shown is taken away by a box of its own. */
function FormField({ isRemoved, onRemoved, ...field }: FormFieldProps): ReactElement {
  return (
    <div className="ls-stack">
      <ValueField {...field} />
      {field.isKept && field.fixed === undefined && (
        <Checkbox
          label={`Take ${field.attribute.name} away`}
          checked={isRemoved}
          onChange={(event) => onRemoved(event.currentTarget.checked)}
        />
      )}
    </div>
  )
}

/** The attribute of which the hub speaks. */
function faultOf(error: unknown): { readonly name: string; readonly words: string } | undefined {
  if (error === null) return undefined
  const { field, detail } = failureOf(error)
  const name = field?.startsWith('values.') === true ? field.slice('values.'.length) : undefined
  if (name === undefined) return undefined
  const words = detail.startsWith(`${field}: `) ? detail.slice(`${field}: `.length) : detail
  return { name, words: words.charAt(0).toUpperCase() + words.slice(1) }
}

/** Gives the faulty field the focus, once it is drawn as such. */
function useFirstFault(error: unknown) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [error])
  return form
}
