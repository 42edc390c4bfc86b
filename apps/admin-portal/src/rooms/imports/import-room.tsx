import type { BulkJobCreate } from '@lockstep/contract/hub/bulk-job'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { Button, Radio, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactElement, useMemo, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { counted, fieldName } from '../../words/words.ts'
import { ChooseSource } from './choose-source.tsx'
import { guessColumns, importKeys, matchFault, rememberColumns, rememberedColumns } from './import-columns.ts'
import { ImportPreview } from './import-preview.tsx'
import { type ImportPlan, importRows } from './import-rows.ts'
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
  newState: 'ACTIVATED',
}

function PlanImport({ source }: { readonly source: ImportSource }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const [isRemembered] = useState(() => rememberedColumns(source.headers) !== undefined)
  const [plan, setPlan] = useState<ImportPlan>(() => ({
    ...nothingChosen,
    match: rememberedColumns(source.headers) ?? guessColumns(source.headers),
  }))
  const [reason, setReason] = useState('')
  const usable = useMemo(() => offered(plan), [plan])
  const fault = matchFault(usable.match, plan.kind, plan.key)
  const rows = useMemo(() => (fault === undefined ? importRows(source.rows, usable) : []), [source, usable, fault])
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
        kind={plan.kind}
        match={usable.match}
        isRemembered={isRemembered}
        fault={fault}
        onChange={(match) => change({ match })}
      />
      {fault === undefined && <ImportPreview rows={rows} match={usable.match} />}
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

/** Attributes are matched with new users alone. */
function offered(plan: ImportPlan): ImportPlan {
  if (plan.kind === 'create') return plan
  return { ...plan, match: plan.match.map((field) => (field.startsWith('attributes.') ? '' : field)) }
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
          <Radio.Group label="New users are" value={plan.newState} onChange={(state) => onChange({ newState: state })}>
            <div className="ls-stack portal-radios">
              <Radio value="ACTIVATED" label="Active" description="Have access at once." />
              <Radio value="STAGED" label="Staged" description="Get access when they are activated." />
            </div>
          </Radio.Group>
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
