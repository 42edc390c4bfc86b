import type { CustomSchemaRow } from '@lockstep/contract/hub/custom-schema'
import { Select, Textarea, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { type Fault, type SchemaBase, type SchemaDraft, suggestedUrn, urnFault } from './schema-draft.ts'

export interface SchemaFieldsProps {
  readonly draft: SchemaDraft
  /** The schema that is changed; undefined for a new one. */
  readonly schema: CustomSchemaRow | undefined
  /** The declared type whose own schema it is. */
  readonly typeName: string | undefined
  readonly others: readonly CustomSchemaRow[]
  readonly fault: Fault | undefined
  readonly readOnly: boolean
  readonly onChange: (change: Partial<SchemaDraft>) => void
}

const baseWords: Readonly<Record<SchemaBase, string>> = {
  User: 'Users',
  Group: 'Groups',
  both: 'Users and groups',
  type: 'A new type of resources',
  none: 'Types of resources that name it',
}

/** What a schema is called, and whom it extends. */
export function SchemaFields(props: SchemaFieldsProps): ReactElement {
  const { draft, schema, typeName, fault, readOnly, onChange } = props
  const at = (path: string) => (fault?.path === path ? { error: fault.words, 'aria-invalid': true as const } : {})
  // Until somebody types another one, the URN follows the name.
  const follow = (next: Pick<SchemaDraft, 'name' | 'base'>): Partial<SchemaDraft> =>
    schema === undefined && draft.urn === suggestedUrn(draft) ? { ...next, urn: suggestedUrn(next) } : next
  const bases = (Object.keys(baseWords) as SchemaBase[]).filter((base) =>
    schema === undefined ? base !== 'none' : base !== 'type',
  )
  return (
    <fieldset className="portal-fieldset portal-form">
      <legend>Schema</legend>
      <TextInput
        label="Name"
        withAsterisk
        maxLength={60}
        autoComplete="off"
        readOnly={readOnly}
        value={draft.name}
        {...at('name')}
        onChange={(event) => onChange(follow({ name: event.currentTarget.value, base: draft.base }))}
      />
      {typeName === undefined && !readOnly ? (
        <Select
          label="Attributes of"
          allowDeselect={false}
          data={bases.map((value) => ({ value, label: baseWords[value] }))}
          value={draft.base}
          {...at('extends')}
          onChange={(base) => base !== null && onChange(follow({ name: draft.name, base }))}
        />
      ) : (
        <TextInput
          label="Attributes of"
          readOnly
          value={typeName ?? baseWords[draft.base]}
          description={typeName === undefined ? undefined : 'A type’s own schema stays with it.'}
        />
      )}
      {draft.base === 'type' && (
        <TextInput
          label="Address"
          description="Behind /scim/v2/, such as Devices."
          withAsterisk
          maxLength={60}
          autoComplete="off"
          readOnly={readOnly}
          value={draft.endpoint}
          {...at('endpoint')}
          onChange={(event) => onChange({ endpoint: event.currentTarget.value })}
        />
      )}
      <UrnField {...props} />
      <Textarea
        label="Description"
        autosize
        minRows={1}
        maxRows={6}
        maxLength={1000}
        readOnly={readOnly}
        value={draft.description}
        {...at('description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
    </fieldset>
  )
}

/** By which clients know the schema; it is checked while it is typed. */
function UrnField({ draft, schema, others, fault, readOnly, onChange }: SchemaFieldsProps): ReactElement {
  if (schema !== undefined)
    return <TextInput label="URN" readOnly value={draft.urn} description="Stays: clients know the schema by it." />
  const typed = draft.urn === '' ? undefined : urnFault(draft.urn, others)
  const error = typed ?? (fault?.path === 'id' ? fault.words : undefined)
  return (
    <TextInput
      label="URN"
      description="By which clients know the schema. It cannot change later."
      withAsterisk
      maxLength={200}
      autoComplete="off"
      spellCheck={false}
      readOnly={readOnly}
      value={draft.urn}
      error={error}
      {...(error === undefined ? {} : { 'aria-invalid': true })}
      onChange={(event) => onChange({ urn: event.currentTarget.value })}
    />
  )
}
