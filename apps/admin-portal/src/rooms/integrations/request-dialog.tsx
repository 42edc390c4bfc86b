import type { IntegrationRequestDetail, IntegrationRow } from '@lockstep/contract/hub/integration'
import { CodeBlock } from '@lockstep/ui/code-block'
import { Facts } from '@lockstep/ui/facts'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { integrationRequestQuery } from '../../hub/queries.ts'
import { listsChanged } from '../../lists/list-changes.ts'
import { useSession } from '../../session/use-session.ts'
import { outcomeWords } from './outcome-words.ts'

interface RequestDialogProps {
  readonly integration: IntegrationRow
  readonly requestId: string | undefined
  /** Another request, or none. */
  readonly onChange: (requestId: string | undefined) => void
}

/** A request of the log with what was sent and what was answered. */
export function RequestDialog({ integration, requestId, onChange }: RequestDialogProps): ReactElement {
  return (
    <Modal
      opened={requestId !== undefined}
      onClose={() => onChange(undefined)}
      title="Request"
      size={760}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {requestId !== undefined && (
        <RequestView key={requestId} integration={integration} requestId={requestId} onChange={onChange} />
      )}
    </Modal>
  )
}

type RequestViewProps = RequestDialogProps & { readonly requestId: string }

function RequestView({ integration, requestId, onChange }: RequestViewProps): ReactElement {
  return (
    <QueryView query={useQuery(integrationRequestQuery(integration.id, requestId))} what="The request">
      {(request) => (
        <div className="ls-stack">
          <p className="integration-request-head">
            <StatusChip {...outcomeWords[request.outcome]} />
            <strong className="ls-mono">
              {request.method} {request.path}
            </strong>
            <span>{request.status}</span>
          </p>
          <p>{request.words}</p>
          <RequestFacts integration={integration} request={request} onChange={onChange} />
          <Body label="What was sent" body={request.requestBody} />
          <Body label="What was answered" body={request.responseBody} />
          <Replay integration={integration} request={request} onChange={onChange} />
        </div>
      )}
    </QueryView>
  )
}

interface ShownRequestProps extends Omit<RequestDialogProps, 'requestId'> {
  readonly request: IntegrationRequestDetail
}

function RequestFacts({ integration, request, onChange }: ShownRequestProps): ReactElement {
  const { at, client, actor, durationMs, correlationId, replayOf, subjectKind, subjectId, subject } = request
  return (
    <Facts
      facts={[
        { name: 'When', value: <Time at={at} exact /> },
        { name: 'About', value: <About kind={subjectKind} id={subjectId} name={subject} /> },
        { name: 'Client', value: client === '' ? 'does not say' : client },
        { name: 'As', value: actor },
        { name: 'Took', value: `${durationMs.toLocaleString('en')} ms` },
        { name: 'Correlation', value: <span className="ls-mono">{correlationId}</span> },
        ...(replayOf === undefined
          ? []
          : [
              {
                name: 'Repeats',
                value: (
                  <Link
                    className="portal-link"
                    to="/integrations/$integrationId"
                    params={{ integrationId: integration.id }}
                    search={{ tab: 'log', request: replayOf }}
                    onClick={(event) => {
                      event.preventDefault()
                      onChange(replayOf)
                    }}
                  >
                    An earlier request
                  </Link>
                ),
              },
            ]),
      ]}
    />
  )
}

interface AboutProps {
  readonly kind: IntegrationRequestDetail['subjectKind']
  readonly id: string | undefined
  readonly name: string
}

/** Whom it is about; a link only where the id is one of this hub. */
function About({ kind, id, name }: AboutProps): ReactElement {
  const words = name === '' ? 'many' : name
  if (id === undefined || !/^[0-9a-f]{24}$/u.test(id)) return <>{words}</>
  return kind === 'group' ? (
    <Link className="portal-link" to="/groups/$groupId" params={{ groupId: id }}>
      {words}
    </Link>
  ) : (
    <Link className="portal-link" to="/users/$userId" params={{ userId: id }}>
      {words}
    </Link>
  )
}

function Body({ label, body }: { readonly label: string; readonly body: unknown }): ReactElement {
  return (
    <div>
      <h3>{label}</h3>
      {body === undefined ? (
        <p className="ls-dim">Nothing, or more than is kept.</p>
      ) : (
        <div className="integration-body">
          <CodeBlock label={label} text={JSON.stringify(body, undefined, 2)} />
        </div>
      )}
    </div>
  )
}

function Replay({ integration, request, onChange }: ShownRequestProps): ReactElement | null {
  const denied = useSession().denial('integrations.write')
  const act = useAct({
    run: () => hub.integrations.replay(integration.id, request.id),
    done: ({ outcome }) => `Sent again: ${outcomeWords[outcome].label.toLowerCase()}`,
    touches: ['integrations', 'users', 'groups'],
    after: (made) => {
      listsChanged(['integration-requests'])
      onChange(made.id)
    },
  })
  if (!request.canReplay) return null
  return (
    <>
      <FailureNotice error={act.error} title="The request was not sent again." unchanged="Nothing was changed." />
      <div className="ls-actions">
        <ActionButton denied={denied} loading={act.isPending} onClick={() => act.mutate()}>
          Send again
        </ActionButton>
        <span className="ls-dim">As the integration, by its settings of now, without passwords.</span>
      </div>
    </>
  )
}
