import type { BulkJobCreate } from '@lockstep/contract/hub/bulk-job'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { Button, Radio, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactElement, useMemo, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { settingsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted, fieldName } from '../../words/words.ts'
import { ChooseSource } from './choose-source.tsx'
import { guessColumns, matchFault, rememberColumns, rememberedColumns } from './import-columns.ts'
import { ImportPreview } from './import-preview.tsx'
import { type ImportPlan, importRows } from './import-rows.ts'
import { importKeys } from './import-targets.ts'
import { MatchColumns } from './match-columns.tsx'
import type { ImportSource } from './read-source.ts'

/** Users created or changed from the rows of a file. */
export function ImportRoom(): ReactElement {
  const [source, setSource] = useState<ImportSource>()
  return (
    <>
      <PageHeader
        title="Import users"
        detail={source === undefined ? 'Create or change many users from a CSV file.' : sourceText(source)}
        actions={
          <>
            {source !== undefined && (
              <Button variant="default" onClick={() => setSource(undefined)}>
                Other file
              </Button>
            )}
            <Link to="/users/imports" className="portal-link">
              Earlier imports
            </Link>
          </>
        }
      />
      {source === undefined ? <ChooseSource onSource={setSource} /> : <PlanImport source={source} />}
    </>
  )
}

function sourceText({ name, rows, reading }: ImportSource): string {
  return `${name} · ${counted(rows.length, 'row')} · ${reading}`
}

const nothingChosen: Omit<ImportPlan, 'match'> = {
  kind: 'create',
  key: 'username',
  blank: 'keep',
  newState: undefined,
}

/** Rows that tell by which name a column names managers. */
const guessedRows = 50

function PlanImport({ source }: { readonly source: ImportSource }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const [isRemembered] = useState(() => rememberedColumns(source.headers) !== undefined)
  const [plan, setPlan] = useState<ImportPlan>(() => ({
    ...nothingChosen,
    match: rememberedColumns(source.headers) ?? guessColumns(source.headers, source.rows.slice(0, guessedRows)),
  }))
  const [reason, setReason] = useState('')
  const fault = matchFault(plan.match, plan.kind, plan.key)
  const rows = useMemo(() => (fault === undefined ? importRows(source.rows, plan) : []), [source, plan, fault])
  const start = useAct({
    run: () => hub.bulkJobs.start(jobOf(rows, { plan, name: source.name, reason: reason.trim() })),
    done: `Import of ${counted(source.rows.length, 'row')} begun`,
    touches: ['bulk-jobs'],
    after: (job) => {
      rememberColumns(source.headers, plan.match)
      void navigate({ to: '/users/imports/$jobId', params: { jobId: job.id } })
    },
  })
  const change = (next: Partial<ImportPlan>): void => setPlan({ ...plan, ...next })
  const verb = plan.kind === 'create' ? 'Create' : 'Change'
  return (
    <>
      <ImportChoices plan={plan} onChange={change} />
      <MatchColumns
        source={source}
        match={plan.match}
        isRemembered={isRemembered}
        fault={fault}
        onChange={(match) => change({ match })}
      />
      {fault === undefined && <ImportPreview rows={rows} match={plan.match} />}
      <TextInput
        label="Reason"
        description="Kept in the journal. May stay empty."
        className="portal-reason"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <FailureNotice error={start.error} title="The import was not begun." unchanged="Nothing was changed." />
      <div className="ls-actions">
        <ActionButton loading={start.isPending} denied={denial('users.write') ?? fault} onClick={() => start.mutate()}>
          {verb} {counted(source.rows.length, 'user')}
        </ActionButton>
      </div>
    </>
  )
}

function jobOf(
  rows: ReturnType<typeof importRows>,
  { plan, name, reason }: { readonly plan: ImportPlan; readonly name: string; readonly reason: string },
): BulkJobCreate {
  return {
    kind: plan.kind,
    name: name.slice(0, 200),
    rows: rows.map((row) => ({ ...row.fields })),
    ...(plan.kind === 'update' ? { key: plan.key } : {}),
    ...(reason === '' ? {} : { reason }),
  }
}

/** The organization's setting is chosen until somebody chooses for this import. */
function NewState({ plan, onChange }: ImportChoicesProps): ReactElement {
  const { denial } = useSession()
  const isHidden = denial('settings.read') !== undefined
  const settings = useQuery({ ...settingsQuery, enabled: !isHidden })
  const usual = settings.data?.newUserStates.csv
  const words = (state: string, text: string): string => (usual === state ? `${text} Set for imports.` : text)
  return (
    <Radio.Group
      label="New users are"
      description="Unless a column says it."
      value={plan.newState ?? usual ?? asSet}
      onChange={(state) => onChange({ newState: state === 'ACTIVATED' || state === 'STAGED' ? state : undefined })}
    >
      <div className="ls-stack portal-radios">
        {isHidden && <Radio value={asSet} label="As the organization has set for imports" />}
        <Radio value="ACTIVATED" label="Active" description={words('ACTIVATED', 'Have access at once.')} />
        <Radio value="STAGED" label="Staged" description={words('STAGED', 'Get access when they are activated.')} />
      </div>
    </Radio.Group>
  )
}

const asSet = 'as-set'

interface ImportChoicesProps {
  readonly plan: ImportPlan
  readonly onChange: (change: Partial<ImportPlan>) => void
}

function ImportChoices({ plan, onChange }: ImportChoicesProps): ReactElement {
  return (
    <Section title="What to do">
      <div className="portal-choices">
        <Radio.Group label="Rows are" value={plan.kind} onChange={(kind) => onChange({ kind })}>
          <div className="ls-stack portal-radios">
            <Radio value="create" label="New users" description="A username or e-mail that exists is refused." />
            <Radio value="update" label="Users to change" description="A row without its user is refused." />
          </div>
        </Radio.Group>
        {plan.kind === 'create' ? (
          <NewState plan={plan} onChange={onChange} />
        ) : (
          <>
            <Radio.Group label="Find users by" value={plan.key} onChange={(key) => onChange({ key })}>
              <div className="ls-stack portal-radios">
                {importKeys.map((key) => (
                  <Radio key={key} value={key} label={fieldName(key)} />
                ))}
              </div>
            </Radio.Group>
            <Radio.Group label="An empty cell" value={plan.blank} onChange={(blank) => onChange({ blank })}>
              <div className="ls-stack portal-radios">
                <Radio value="keep" label="Keeps the value" />
                <Radio value="clear" label="Clears the field" description="Never username, e-mail or state." />
              </div>
            </Radio.Group>
          </>
        )}
      </div>
    </Section>
  )
}
