import { type DataColumn, DataTable } from '@lockstep/ui/data-table'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { declarationsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { DeclarationDialog, type DeclarationDialogProps } from './declaration-dialog.tsx'
import { type Declaration, declarationsOf } from './declaration-draft.ts'
import './declared.css'

const columns: readonly DataColumn<Declaration>[] = [
  { id: 'kind', header: 'Kind', width: 120, cell: ({ kind }) => (kind === 'schema' ? 'Schema' : 'Resource type') },
  { id: 'place', header: 'Of', width: 200, cell: ({ place }) => place },
  {
    id: 'size',
    header: 'Holds',
    width: 140,
    cell: ({ kind, size }) => counted(size, kind === 'schema' ? 'attribute' : 'resource'),
  },
  { id: 'from', header: 'From', width: 100, cell: ({ fromFile }) => (fromFile ? 'File' : 'Here') },
]

/** With the name before them, which opens the declaration. */
function columnsWith(onOpen: (declaration: Declaration) => void): readonly DataColumn<Declaration>[] {
  const cell = (declaration: Declaration): ReactElement => (
    <div className="declared-name">
      <UnstyledButton className="portal-link" tabIndex={-1} onClick={() => onOpen(declaration)}>
        {declaration.name}
      </UnstyledButton>
      <span className="ls-dim">{declaration.urn}</span>
    </div>
  )
  return [{ id: 'name', header: 'Name', cell, copy: ({ urn }) => urn }, ...columns]
}

/** Attributes and types of resources that administrators added to those of SCIM. */
export function DeclaredSchemas(): ReactElement {
  const { denial } = useSession()
  const query = useQuery(declarationsQuery)
  const [open, setOpen] = useState<Pick<DeclarationDialogProps, 'kind' | 'declaration'> | undefined>()
  const denied = denial('integrations.write')
  const navigate = useNavigate()
  const change = (declaration: Declaration): void => {
    if (declaration.kind === 'type') setOpen({ kind: 'type', declaration })
    else void navigate({ to: '/integrations/schemas/$schemaKey', params: { schemaKey: declaration.key } })
  }
  const close = (): void => setOpen(undefined)
  return (
    <Section
      title="Schemas of your own"
      detail="Further attributes of users and groups, and resources such as devices, which every client can send and ask for."
      actions={
        <>
          <ActionButton
            variant="default"
            denied={denied}
            onClick={() => void navigate({ to: '/integrations/schemas/new' })}
          >
            Declare a schema
          </ActionButton>
          <ActionButton
            variant="default"
            denied={denied}
            onClick={() => setOpen({ kind: 'type', declaration: undefined })}
          >
            Declare a resource type
          </ActionButton>
        </>
      }
    >
      <QueryView query={query} what="The declared schemas">
        {({ schemas, types }) => (
          <DataTable
            label="Schemas of your own"
            columns={columnsWith(change)}
            rows={declarationsOf(schemas, types)}
            rowId={({ kind, key }) => `${kind} ${key}`}
            rowName={({ name }) => name}
            empty={<p className="ls-dim">Nothing is declared.</p>}
            onOpen={change}
          />
        )}
      </QueryView>
      {open !== undefined && <DeclarationDialog {...open} denied={denied} onClose={close} onDone={close} />}
    </Section>
  )
}
