import type { IntegrationRow, MappingVocabulary } from '@lockstep/contract/hub/integration'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { SaveBar } from '../../form/save-bar.tsx'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { mappingVocabularyQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { missingIn, withNewRow } from './mapping-draft.ts'
import { MappingRowEditor } from './mapping-row-editor.tsx'
import { MappingSample } from './mapping-sample.tsx'
import { type MappingTable, useMappingDraft } from './use-mapping-draft.ts'

/** The table of attributes and fields, with a sample user and what becomes of it beside. */
export function IntegrationMapping({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  return (
    <QueryView query={useQuery(mappingVocabularyQuery)} what="The attributes">
      {(vocabulary) => <Editor integration={integration} vocabulary={vocabulary} />}
    </QueryView>
  )
}

interface EditorProps {
  readonly integration: IntegrationRow
  readonly vocabulary: MappingVocabulary
}

function Editor({ integration, vocabulary }: EditorProps): ReactElement {
  const denied = useSession().denial('integrations.write')
  const table = useMappingDraft(integration, vocabulary)
  const { draft, isUsual, wanted, dirty } = table
  return (
    <div className="integration-mapping">
      <Section
        title="Mapping"
        detail={
          isUsual
            ? 'The usual table. Change a row, and this integration has a table of its own.'
            : 'A table of its own. What stands in no row is kept as it was sent.'
        }
        actions={
          isUsual ? undefined : (
            <Button variant="default" size="xs" disabled={denied !== undefined} onClick={() => table.start(null)}>
              Use the usual table
            </Button>
          )
        }
      >
        <p className="ls-dim">
          User name, e-mail address, active, password, manager and groups have rules of their own, in the settings.
        </p>
        <MappingRows table={table} vocabulary={vocabulary} denied={denied} />
        <SaveBar
          label="Save mapping"
          dirty={dirty}
          busy={table.isSaving}
          disabled={denied !== undefined}
          onSave={table.submit}
          onDiscard={() => table.start(integration.mapping)}
        >
          {denied !== undefined && <p className="ls-dim">{denied}</p>}
        </SaveBar>
        <UnsavedGuard dirty={dirty && !table.isSaving} />
      </Section>
      <MappingSample integration={integration} mapping={wanted} isReady={isUsual || missingIn(draft) === undefined} />
    </div>
  )
}

interface MappingRowsProps {
  readonly table: MappingTable
  readonly vocabulary: MappingVocabulary
  readonly denied: string | undefined
}

function MappingRows({ table, vocabulary, denied }: MappingRowsProps): ReactElement {
  const { draft, fault, change } = table
  return (
    <>
      <fieldset className="integration-plain" disabled={denied !== undefined}>
        {draft.map((row, index) => (
          <MappingRowEditor
            key={row.key}
            name={`Row ${index + 1}`}
            row={row}
            vocabulary={vocabulary}
            error={fault?.key === row.key ? fault.words : undefined}
            onChange={(next) => change(draft.map((each) => (each.key === next.key ? next : each)))}
            onRemove={() => change(draft.filter(({ key }) => key !== row.key))}
          />
        ))}
      </fieldset>
      <div className="ls-actions">
        <ActionButton
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          denied={denied}
          onClick={() => change(withNewRow(draft))}
        >
          Add row
        </ActionButton>
      </div>
      {fault === undefined && (
        <FailureNotice error={table.failure} title="The mapping was not saved." unchanged="Nothing was changed." />
      )}
    </>
  )
}
