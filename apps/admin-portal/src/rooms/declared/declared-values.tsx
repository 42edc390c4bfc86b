import type { DeclaredSchemaValues } from '@lockstep/contract/hub/declared-values'
import { Facts } from '@lockstep/ui/facts'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { valueText } from '@lockstep/ui/value-text'
import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { declaredValuesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { type Holder, ValuesForm } from './values-form.tsx'
import './declared.css'

interface DeclaredValuesProps extends Holder {
  /** Says who manages a declared attribute, by `URN:NAME`; undefined for what is changed here. */
  readonly managedBy?: (field: string) => ReactNode
}

/** What a user or group has of the attributes that administrators declared; nothing where none are declared. */
export function DeclaredValues({ kind, id, managedBy = () => undefined }: DeclaredValuesProps): ReactElement | null {
  const query = useQuery(declaredValuesQuery(kind, id))
  // Most often none are declared: a shape that comes and goes would tell nothing.
  if (query.isPending) return null
  return (
    <QueryView query={query} what="The declared attributes">
      {({ revision, schemas }) => (
        <>
          {schemas.map((schema) => (
            <SchemaValues key={schema.id} {...{ kind, id, managedBy, revision, schema }} />
          ))}
        </>
      )}
    </QueryView>
  )
}

interface SchemaValuesProps extends Required<DeclaredValuesProps> {
  readonly revision: number
  readonly schema: DeclaredSchemaValues
}

function SchemaValues({ kind, id, managedBy, revision, schema }: SchemaValuesProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const denied = useSession().denial(kind === 'users' ? 'users.write' : 'groups.write')
  const close = (): void => setOpened(false)
  const managed = (name: string): ReactNode => managedBy(`${schema.id}:${name}`)
  return (
    <Section
      title={schema.name}
      detail={schema.description === '' ? undefined : schema.description}
      actions={
        <ActionButton
          variant="default"
          size="xs"
          aria-label={`Edit ${schema.name}`}
          denied={denied}
          onClick={() => setOpened(true)}
        >
          Edit
        </ActionButton>
      }
    >
      <Facts
        facts={schema.attributes.map(({ name }) => {
          const owned = managed(name)
          return {
            name,
            value: <Value schema={schema} name={name} />,
            ...(owned ? { aside: owned } : {}),
          }
        })}
      />
      <Modal
        opened={opened}
        onClose={close}
        size="lg"
        title={`Edit ${schema.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ValuesForm {...{ kind, id, schema, revision, managed }} onDone={close} />
      </Modal>
    </Section>
  )
}

function Value({ schema, name }: { readonly schema: DeclaredSchemaValues; readonly name: string }): ReactElement {
  if (schema.secrets.includes(name)) return <span className="ls-dim">set, never shown</span>
  const value = schema.values[name]
  if (value === undefined) return <span className="ls-dim">empty</span>
  const rows = Array.isArray(value) ? (value as readonly unknown[]).map(valueText) : [valueText(value)]
  return <span className="portal-lines">{rows.join('\n')}</span>
}
