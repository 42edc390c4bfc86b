import type { CustomSchemaRow, CustomTypeRow } from '@lockstep/contract/hub/custom-schema'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, useEffect, useId, useRef, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { SaveBar } from '../../form/save-bar.tsx'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { declarationsQuery, valueCountsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { AttributeList } from './attribute-list.tsx'
import { DeclarationDialog } from './declaration-dialog.tsx'
import { declarationsOf } from './declaration-draft.ts'
import { DeleteDeclaration } from './delete-declaration.tsx'
import { LossesDialog } from './losses-dialog.tsx'
import { lossesOf, typeOf } from './schema-draft.ts'
import { SchemaFields } from './schema-fields.tsx'
import { useSchemaDraft } from './use-schema-draft.ts'
import './declared.css'

/** Declares a schema. */
export function NewSchemaRoom(): ReactElement {
  return (
    <QueryView query={useQuery(declarationsQuery)} what="The declared schemas">
      {(declared) => <SchemaPage {...declared} schema={undefined} />}
    </QueryView>
  )
}

/** Changes a declared schema. */
export function SchemaRoom(): ReactElement {
  const { schemaKey } = useParams({ from: '/shell/integrations/schemas/$schemaKey' })
  return (
    <QueryView query={useQuery(declarationsQuery)} what="The declared schema">
      {(declared) => {
        const schema = declared.schemas.find(({ key }) => key === schemaKey)
        return schema === undefined ? (
          <EmptyState title="There is no such schema">It was deleted, or its address was mistyped.</EmptyState>
        ) : (
          <SchemaPage {...declared} key={schema.key} schema={schema} />
        )
      }}
    </QueryView>
  )
}

interface SchemaPageProps {
  readonly schemas: readonly CustomSchemaRow[]
  readonly types: readonly CustomTypeRow[]
  readonly schema: CustomSchemaRow | undefined
}

function SchemaPage({ schemas, types, schema: current }: SchemaPageProps): ReactElement {
  // A change from elsewhere must not overwrite what is being typed.
  const [schema] = useState(current)
  const navigate = useNavigate()
  const back = (): void => void navigate({ to: '/integrations', ignoreBlocker: true })
  const [pasting, setPasting] = useState(false)
  const permission = useSession().denial('integrations.write')
  const denied = permission ?? (schema?.fromFile === true ? 'It is declared in a file. Change it there.' : undefined)
  const declaration = declarationsOf(schemas, types).find(({ kind, key }) => kind === 'schema' && key === schema?.key)
  return (
    <>
      <PageHeader
        title={schema?.name ?? 'Declare a schema'}
        detail={
          <span className="declared-urn">
            {schema?.id ?? 'Further attributes of users or groups, or a type of resources such as devices.'}
          </span>
        }
        actions={
          <>
            <ActionButton variant="default" denied={permission} onClick={() => setPasting(true)}>
              {schema === undefined ? 'Paste JSON' : 'As JSON'}
            </ActionButton>
            {declaration !== undefined && <DeleteDeclaration declaration={declaration} denied={denied} onDone={back} />}
          </>
        }
      />
      <SchemaEditor {...{ schemas, types, schema, denied }} onDone={back} />
      {pasting && (
        <DeclarationDialog
          kind="schema"
          declaration={declaration}
          denied={denied}
          onClose={() => setPasting(false)}
          onDone={back}
        />
      )}
    </>
  )
}

interface SchemaEditorProps extends SchemaPageProps {
  readonly denied: string | undefined
  readonly onDone: () => void
}

function SchemaEditor({ schemas, types, schema, denied, onDone }: SchemaEditorProps): ReactElement {
  const why = useId()
  const others = schemas.filter(({ key }) => key !== schema?.key)
  const form = useSchemaDraft({ schema, others, onDone })
  const { draft, fault, change, dirty, busy } = form
  const counts = useQuery({ ...valueCountsQuery(schema?.key ?? ''), enabled: schema !== undefined }).data ?? []
  const [asking, setAsking] = useState(false)
  const losses = schema === undefined ? [] : lossesOf(draft, counts)
  const box = useFocusOnFault(fault)
  const submit = (): void => {
    if (!form.check()) return
    if (losses.length > 0) setAsking(true)
    else form.save()
  }
  return (
    <div ref={box} className="declared-schema">
      <fieldset className="declared-plain" disabled={denied !== undefined}>
        <SchemaFields
          {...{ draft, schema, others, fault }}
          typeName={schema && typeOf(schema, types)?.name}
          onChange={change}
        />
        <Section title="Attributes" detail="In the order in which they are shown. Alt and an arrow key move one.">
          {schema !== undefined && (
            <p id={why} className="declared-why">
              Values may be kept of what is declared. Its name, type, number of values and letter case stay, and its
              other rules only become looser; for anything else add another attribute. What is removed takes its values
              along, after asking.
            </p>
          )}
          <AttributeList
            attributes={draft.attributes}
            place="attributes"
            isDeclared={schema !== undefined}
            describedBy={why}
            fault={fault}
            onChange={(attributes) => change({ attributes })}
          />
        </Section>
      </fieldset>
      <FailureNotice error={form.failure} title="The schema was not saved." unchanged="Nothing was changed." />
      <SaveBar
        label={schema === undefined ? 'Declare' : 'Save'}
        dirty={dirty}
        busy={busy}
        disabled={denied !== undefined}
        onSave={submit}
        onDiscard={form.discard}
      >
        {denied !== undefined && <p className="ls-dim">{denied}</p>}
      </SaveBar>
      {asking && (
        <LossesDialog
          title={`Save ${draft.name.trim()}?`}
          action="Save and lose them"
          losses={losses}
          busy={busy}
          onConfirm={(values) => {
            setAsking(false)
            form.save(values)
          }}
          onClose={() => setAsking(false)}
        />
      )}
      <UnsavedGuard dirty={dirty && !busy && !form.saved} />
    </div>
  )
}

/** Gives the faulty field the focus, once it is drawn as such. */
function useFocusOnFault(fault: object | undefined) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (fault !== undefined) box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [fault])
  return box
}
