import type { IntegrationRow, ProvisioningAnswer } from '@lockstep/contract/hub/integration'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, type SyntheticEvent, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { answerWords, outcomeWords } from './outcome-words.ts'

const shownRequests = 3

/** Asks the hub why somebody is or is not here. */
export function ProvisioningQuestion({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const denied = useSession().denial('users.read')
  const [who, setWho] = useState('')
  const [fault, setFault] = useState<string>()
  // A question, not a change: nothing is announced and nothing fetched anew.
  const ask = useMutation({ mutationFn: (user: string) => hub.integrations.explain(integration.id, user) })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const wanted = who.trim()
    setFault(wanted === '' ? 'Enter whom you look for.' : undefined)
    if (wanted !== '' && !ask.isPending) ask.mutate(wanted)
  }
  return (
    <Section title="Why was this user not provisioned?" detail="Looks at the requests of 30 days and at the hub.">
      {denied === undefined ? (
        <form onSubmit={submit} noValidate>
          <TextInput
            label="User name, e-mail address or outside id"
            autoComplete="off"
            maxLength={1024}
            value={who}
            error={fault}
            onChange={(event) => setWho(event.currentTarget.value)}
            inputContainer={(input) => (
              <div className="integration-ask">
                {input}
                <Button type="submit" variant="default" loading={ask.isPending}>
                  Ask
                </Button>
              </div>
            )}
          />
        </form>
      ) : (
        <p className="ls-dim">{denied}</p>
      )}
      <FailureNotice error={ask.error} title="The question was not answered." />
      <div aria-live="polite">{ask.data && <Answer integration={integration} answer={ask.data} />}</div>
    </Section>
  )
}

interface AnswerProps {
  readonly integration: IntegrationRow
  readonly answer: ProvisioningAnswer
}

function Answer({ integration, answer }: AnswerProps): ReactElement {
  const { userId, planId, requests } = answer
  return (
    <div className="ls-stack integration-answer">
      <p>
        <StatusChip {...answerWords[answer.answer]} /> {answer.words}
      </p>
      <p className="integration-links">
        {userId !== undefined && (
          <Link className="portal-link" to="/users/$userId" params={{ userId }}>
            The user
          </Link>
        )}
        {planId !== undefined && (
          <Link className="portal-link" to="/plans/$planId" params={{ planId }}>
            The held plan
          </Link>
        )}
      </p>
      {requests.length > 0 && (
        <ul className="portal-rows" aria-label="Requests about this user">
          {requests.slice(0, shownRequests).map((request) => (
            <li key={request.id}>
              <StatusChip {...outcomeWords[request.outcome]} />
              <Link
                to="/integrations/$integrationId"
                params={{ integrationId: integration.id }}
                search={{ tab: 'log', request: request.id }}
              >
                {request.method} {request.status}
              </Link>
              <span className="integration-wait-words">{request.words}</span>
              <span className="ls-dim">
                <Time at={request.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
