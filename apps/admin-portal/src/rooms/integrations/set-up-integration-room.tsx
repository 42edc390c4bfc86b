import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { CodeBlock } from '@lockstep/ui/code-block'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { integrationQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { clientKinds, kindOfProfile } from './client-kinds.ts'
import { type ClientStep, clientSteps } from './client-steps.ts'
import { FirstRequest } from './first-request.tsx'
import { IntegrationSteps } from './integration-steps.tsx'
import { AddToken } from './add-token.tsx'
import './integrations.css'

/** Connecting a client step by step: its address and token, what to do in its console, and whether it came. */
export function SetUpIntegrationRoom(): ReactElement {
  const { integrationId } = useParams({ from: '/shell/integrations/$integrationId/set-up' })
  return (
    <QueryView query={useQuery(integrationQuery(integrationId))} what="The integration">
      {(integration) => <SetUp key={integration.id} integration={integration} />}
    </QueryView>
  )
}

function SetUp({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const navigate = useNavigate()
  const kind = kindOfProfile[integration.profile]
  const { id } = integration
  return (
    <>
      <PageHeader
        title={`Connect ${integration.name}`}
        detail={`What to do in ${kind === 'generic' ? 'the client' : clientKinds[kind].label}. You can leave at any time and come back.`}
      />
      <IntegrationSteps current="connect" />
      <div className="integration-columns">
        <ol className="integration-steps" aria-label="What to do">
          {clientSteps[kind].map((step) => (
            <li key={step.title}>
              <h2>{step.title}</h2>
              <StepLines step={step} />
              {step.shows === 'address-and-token' && <AddressAndToken integration={integration} />}
            </li>
          ))}
        </ol>
        <div className="integration-aside">
          <FirstRequest integration={integration} />
          <Button
            variant="default"
            onClick={() => void navigate({ to: '/integrations/$integrationId', params: { integrationId: id } })}
          >
            Go to {integration.name}
          </Button>
        </div>
      </div>
    </>
  )
}

function StepLines({ step }: { readonly step: ClientStep }): ReactElement {
  return (
    <ul>
      {step.lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

/** What is copied into the client; the token is there until this page is left, and never again. */
function AddressAndToken({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const denied = useSession().denial('integrations.write')
  const [secret, setSecret] = useState<string>()
  const count = integration.tokens.length
  return (
    <div className="integration-values">
      <div>
        <p className="integration-label">Address</p>
        <CodeBlock label="Address" text={`${window.location.origin}/scim/v2`} />
      </div>
      <div>
        <p className="integration-label">Token</p>
        {secret === undefined ? (
          <>
            <p className="ls-dim">
              {count === 0
                ? 'None yet. It is shown once, here.'
                : 'It was shown when it was made. Make another one if it is lost; then revoke the first.'}
            </p>
            <AddToken
              integration={integration}
              denied={denied}
              label={count === 0 ? 'Create token' : 'Create another token'}
              onCreated={(made) => setSecret(made.secret)}
            />
          </>
        ) : (
          <div role="status">
            <CodeBlock label="Token" text={secret} />
            <p>
              <strong>Copy it now; it is shown only this once.</strong>
            </p>
          </div>
        )}
      </div>
    </div>
  )
}
