import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { latestRequestsQuery } from '../../hub/queries.ts'
import { outcomeWords } from './outcome-words.ts'

/** Waits for the client's first request, and shows the latest ones from then on. */
export function FirstRequest({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const { id, enabled } = integration
  const latest = useQuery(latestRequestsQuery(id)).data?.items ?? []
  const isIn = latest.some(({ status }) => status !== 401)
  return (
    <section className="integration-wait" aria-label="First request" aria-live="polite">
      {latest.length === 0 ? (
        <>
          <p className="integration-wait-head">
            <Loader size={16} aria-hidden />
            <strong>Waiting for the first request</strong>
          </p>
          <p className="ls-dim">
            It appears here by itself. Nothing after a test in the client? Then its request did not arrive, or came with
            a token that nobody here knows: the client shows 401 then, and the log of “API keys of administrators” has
            it.
          </p>
        </>
      ) : (
        <>
          <p className="integration-wait-head">
            {isIn ? <StatusChip tone="green" label="Connected" /> : <StatusChip tone="amber" label="Turned away" />}
            <strong>{isIn ? 'The client has come' : 'The client came with a token that does not count'}</strong>
          </p>
          <ul className="portal-rows" aria-label="Latest requests">
            {latest.map((request) => (
              <li key={request.id}>
                <StatusChip {...outcomeWords[request.outcome]} />
                <span className="integration-wait-words">{request.words}</span>
                <span className="ls-dim">
                  <Time at={request.at} />
                </span>
              </li>
            ))}
          </ul>
          <Link
            className="portal-link"
            to="/integrations/$integrationId"
            params={{ integrationId: id }}
            search={{ tab: 'log' }}
          >
            All requests
          </Link>
        </>
      )}
      {!enabled && <StatusChip tone="amber" label="Switched off, so every request is refused" />}
    </section>
  )
}
