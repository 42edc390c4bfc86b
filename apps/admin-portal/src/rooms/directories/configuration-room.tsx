import type { DirectoryDetail, UseCase } from '@lockstep/contract/hub/directory'
import type { DirectoryPreview, DirectoryStep } from '@lockstep/contract/hub/directory-change'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoryPreviewQuery, directoryQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { configurationWords } from '../../words/configuration-words.ts'
import { ConfigurationChoice } from '../domain-wizard/configuration-choice.tsx'
import { isRefused, PreviewEffects } from './preview-effects.tsx'
import { StepList } from './step-list.tsx'

/** The guided change of a domain's configuration: choose, see every step and its effect, change, finish what is left. */
export function ConfigurationRoom(): ReactElement {
  const { directoryId } = useParams({ from: '/shell/directories/$directoryId/configuration' })
  return (
    <QueryView query={useQuery(directoryQuery(directoryId))} what="The directory">
      {(directory) => <ConfigurationPage directory={directory} />}
    </QueryView>
  )
}

function ConfigurationPage({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const [useCase, setUseCase] = useState<UseCase>(directory.useCase)
  const [applied, setApplied] = useState<DirectoryPreview>()
  return (
    <>
      <PageHeader
        title={`Configuration of ${directory.name}`}
        detail="Nothing changes before you have seen each step and its effect."
      />
      <div className="portal-form">
        <ConfigurationChoice
          value={useCase}
          present={directory.useCase}
          onChange={(next) => {
            setApplied(undefined)
            setUseCase(next)
          }}
        />
      </div>
      {useCase === directory.useCase ? (
        <Rest directory={directory} applied={applied} />
      ) : (
        <Change key={useCase} directory={directory} useCase={useCase} onApplied={setApplied} />
      )}
    </>
  )
}

interface ChangeProps {
  readonly directory: DirectoryDetail
  readonly useCase: UseCase
  readonly onApplied: (preview: DirectoryPreview) => void
}

function Change({ directory, useCase, onApplied }: ChangeProps): ReactElement {
  const { denial } = useSession()
  const [removeAgents, setRemoveAgents] = useState(false)
  const update = { useCase, ...(removeAgents ? { removeAgents } : {}) }
  const query = useQuery(directoryPreviewQuery(directory.id, update))
  const preview = query.data
  const act = useAct({
    run: () => hub.directories.update(directory.id, update),
    done: `${directory.name}: ${configurationWords[useCase].title.toLowerCase()}`,
    touches: ['directories', 'users', 'groups'],
    after: () => preview && onApplied(preview),
  })
  const refused = isRefused(preview) ? 'The change would be refused; the reason is above.' : undefined
  return (
    <Section title="What happens, step by step" detail={configurationWords[useCase].sentence}>
      <div className="ls-stack">
        <QueryView query={query} what="The steps">
          {(found) => (
            <>
              <PreviewEffects preview={found} />
              {found.agents.remove.length > 0 && (
                <Checkbox
                  label="Delete the agents that are not needed any more with the change"
                  description="Otherwise they stay, and you delete them under the agents."
                  checked={removeAgents}
                  onChange={(event) => setRemoveAgents(event.currentTarget.checked)}
                />
              )}
            </>
          )}
        </QueryView>
        <p className="ls-dim">It can be changed back in the same way.</p>
        <FailureNotice error={act.error} title="The configuration was not changed." unchanged="Nothing was changed." />
        <div className="ls-actions">
          <ActionButton
            loading={act.isPending}
            denied={
              denial('directories.write') ??
              refused ??
              (preview === undefined ? 'The steps are not known yet.' : undefined)
            }
            onClick={() => act.mutate()}
          >
            Change configuration
          </ActionButton>
          <Link
            className="portal-link"
            to="/directories/$directoryId"
            params={{ directoryId: directory.id }}
            search={{ tab: 'settings' }}
          >
            Leave it as it is
          </Link>
        </div>
      </div>
    </Section>
  )
}

/** What the configuration still asks of an administrator; the hub's own steps of a change that was just made are over. */
function Rest({
  directory,
  applied,
}: {
  readonly directory: DirectoryDetail
  readonly applied: DirectoryPreview | undefined
}): ReactElement {
  const query = useQuery(directoryPreviewQuery(directory.id, {}))
  return (
    <QueryView query={query} what="What is left to do">
      {(preview) => {
        const steps = remaining(preview, applied)
        return (
          <Section
            title={applied === undefined ? 'As it is now' : 'The configuration was changed'}
            detail={configurationWords[directory.useCase].sentence}
          >
            {steps.length === 0 ? (
              <p className="ls-dim">Nothing is left to do.</p>
            ) : (
              <StepList
                label="What is left to do"
                steps={steps}
                actionFor={(step) => <StepAction directory={directory} step={step} />}
              />
            )}
          </Section>
        )
      }}
    </QueryView>
  )
}

/** Steps that somebody has to do, as they are now; those of agents that are deleted already are known from before the change. */
function remaining(preview: DirectoryPreview, applied: DirectoryPreview | undefined): readonly DirectoryStep[] {
  const now = preview.steps.filter((step) => step.by === 'administrator')
  const titles = new Set(now.map(({ title }) => title))
  const uninstalls = (applied?.steps ?? []).filter(
    ({ key, title }) => key.startsWith('uninstall_') && !titles.has(title),
  )
  return [...now, ...uninstalls]
}

function StepAction({
  directory,
  step,
}: {
  readonly directory: DirectoryDetail
  readonly step: DirectoryStep
}): ReactElement | null {
  if (step.key.startsWith('add_')) {
    return (
      <Link
        className="portal-link"
        to="/directories/$directoryId/set-up"
        params={{ directoryId: directory.id }}
        search={{ step: 'prepare' }}
      >
        Set it up
      </Link>
    )
  }
  if (!step.key.startsWith('remove_')) return null
  return (
    <Link className="portal-link" to="/directories/$directoryId" params={{ directoryId: directory.id }}>
      Go to the agents
    </Link>
  )
}
