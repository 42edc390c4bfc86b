import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { LabelledCode } from '../../feedback/labelled-code.tsx'
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
            Open its page here
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
      <LabelledCode label="Address" text={`${window.location.origin}/scim/v2`} />
      {window.location.protocol === 'http:' && (
        <p className="ls-dim">
          Clients in the cloud send to https addresses only, which they can reach from where they are. Open this portal
          there to copy such an address.
        </p>
      )}
      {secret === undefined ? (
        <div>
          <p className="portal-label">Token</p>
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
        </div>
      ) : (
        <NewToken secret={secret} />
      )}
    </div>
  )
}

/** Takes the focus: the button that made it is gone, and it is what goes on from here. */
function NewToken({ secret }: { readonly secret: string }): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <div ref={box} tabIndex={-1} role="group" aria-label="New token, shown only this once">
      <LabelledCode label="Token" text={secret} />
      <p>
        <strong>Copy it now; it is shown only this once.</strong>
      </p>
    </div>
  )
}
