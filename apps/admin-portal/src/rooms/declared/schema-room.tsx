import type { CustomSchemaRow, CustomTypeRow } from '@lockstep/contract/hub/custom-schema'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { useQuery, useQueryClient } from '@tanstack/react-query'
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
import { type SchemaForm, useSchemaDraft } from './use-schema-draft.ts'
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

function SchemaPage({ schemas, types, schema }: SchemaPageProps): ReactElement {
  const navigate = useNavigate()
  const back = (): void => void navigate({ to: '/integrations', ignoreBlocker: true })
  const [pasting, setPasting] = useState(false)
  const permission = useSession().denial('integrations.write')
  const denied = permission ?? (schema?.fromFile === true ? 'It is declared in a file. Change it there.' : undefined)
  const others = schemas.filter(({ key }) => key !== schema?.key)
  const form = useSchemaDraft({ schema, others, onDone: back })
  const pasteDenied =
    (schema === undefined ? permission : undefined) ?? (form.dirty ? 'Save or discard your changes first.' : undefined)
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
            <ActionButton variant="default" denied={pasteDenied} onClick={() => setPasting(true)}>
              {schema === undefined ? 'Paste JSON' : 'As JSON'}
            </ActionButton>
            {declaration !== undefined && <DeleteDeclaration declaration={declaration} denied={denied} onDone={back} />}
          </>
        }
      />
      <SchemaEditor {...{ others, types, schema, form, denied }} />
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

interface SchemaEditorProps extends Omit<SchemaPageProps, 'schemas'> {
  readonly others: readonly CustomSchemaRow[]
  readonly form: SchemaForm
  readonly denied: string | undefined
}

function SchemaEditor(props: SchemaEditorProps): ReactElement {
  const { schema, form, denied } = props
  const { draft, dirty, busy } = form
  const queries = useQueryClient()
  const countsQuery = valueCountsQuery(schema?.key ?? '')
  const counts = useQuery({ ...countsQuery, enabled: schema !== undefined && denied === undefined })
  const [asking, setAsking] = useState(false)
  const losses = lossesOf(draft, counts.data ?? [])
  // What a change loses can be said of a schema only whose values are counted.
  const isUnknown = schema !== undefined && counts.data === undefined
  const box = useFocusOnFault(form.fault)
  const onLosses = (): void => {
    setAsking(true)
    void queries.resetQueries({ queryKey: countsQuery.queryKey })
  }
  const submit = (): void => {
    if (!form.check()) return
    if (losses.length > 0) setAsking(true)
    else form.save({ onLosses })
  }
  return (
    <div ref={box} className="declared-schema">
      <Fields {...props} />
      {counts.error !== null && !asking && (
        <QueryView query={counts} what="What is kept of it">
          {() => null}
        </QueryView>
      )}
      <FailureNotice error={form.failure} title="The schema was not saved." unchanged="Nothing was changed." />
      <SaveBar
        label={schema === undefined ? 'Declare' : 'Save'}
        dirty={dirty}
        busy={busy}
        disabled={denied !== undefined || (isUnknown && !asking)}
        onSave={submit}
        onDiscard={form.discard}
      >
        {denied !== undefined && <p className="ls-dim">{denied}</p>}
        {form.isOutdated && !busy && !form.saved && (
          <p className="ls-dim">
            It was changed elsewhere meanwhile. Saving replaces that; discard your changes to see it.
          </p>
        )}
      </SaveBar>
      {asking && (
        <LossesDialog
          title={`Save ${draft.name.trim()}?`}
          action="Save and lose them"
          losses={losses}
          busy={busy}
          blocked={isUnknown}
          onConfirm={(discardValues) => {
            setAsking(false)
            form.save({ discardValues, onLosses })
          }}
          onClose={() => setAsking(false)}
        >
          <QueryView query={counts} what="What is kept of it">
            {() => losses.length === 0 && <p>No values will be lost.</p>}
          </QueryView>
        </LossesDialog>
      )}
      <UnsavedGuard dirty={dirty && !busy && !form.saved} />
    </div>
  )
}

/** What can be filled in; only looked at by who may not change it. */
function Fields({ others, types, schema, form, denied }: SchemaEditorProps): ReactElement {
  const why = useId()
  const { draft, fault, change } = form
  const readOnly = denied !== undefined
  return (
    <>
      <SchemaFields
        {...{ draft, schema, others, fault, readOnly }}
        typeName={schema && typeOf(schema, types)?.name}
        onChange={change}
      />
      <Section title="Attributes" detail="In the order in which they are shown. Alt and an arrow key move one.">
        {schema !== undefined && (
          <p id={why} className="declared-why">
            Values may be kept of what is declared. Its name, type, number of values and letter case stay, and its other
            rules only become looser; for anything else add another attribute. What is removed takes its values along,
            after asking.
          </p>
        )}
        <AttributeList
          attributes={draft.attributes}
          place="attributes"
          isDeclared={schema !== undefined}
          describedBy={why}
          fault={fault}
          readOnly={readOnly}
          onChange={(attributes) => change({ attributes })}
        />
      </Section>
    </>
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
