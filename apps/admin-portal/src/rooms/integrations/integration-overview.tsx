import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { CodeBlock } from '@lockstep/ui/code-block'
import { Facts } from '@lockstep/ui/facts'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { DeleteIntegration } from './delete-integration.tsx'
import { IntegrationSettings } from './integration-settings.tsx'
import { ProvisioningQuestion } from './provisioning-question.tsx'

/** How it goes with an integration, and what it may do. */
export function IntegrationOverview({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  return (
    <>
      <div className="portal-columns">
        <HowItGoes integration={integration} />
        <ProvisioningQuestion integration={integration} />
      </div>
      <IntegrationSettings integration={integration} />
      {!integration.builtIn && <DeleteIntegration integration={integration} />}
    </>
  )
}

function HowItGoes({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const { id, figures, created } = integration
  const failures = figures?.failures ?? 0
  return (
    <Section title="How it goes">
      <Facts
        facts={[
          { name: 'Address', value: <CodeBlock label="Address" text={`${window.location.origin}/scim/v2`} /> },
          {
            name: 'Last request',
            value: figures?.lastRequest === undefined ? 'Never' : <Time at={figures.lastRequest} />,
          },
          { name: 'Its active users', value: (figures?.activeUsers ?? 0).toLocaleString('en') },
          {
            name: 'Failures in 24 hours',
            value:
              failures === 0 ? (
                'None'
              ) : (
                <Link
                  className="portal-link"
                  to="/integrations/$integrationId"
                  params={{ integrationId: id }}
                  search={{ tab: 'log', status: 'errors', reads: 'on' }}
                >
                  {failures.toLocaleString('en')}, see the log
                </Link>
              ),
          },
          { name: 'Added', value: <Time at={created} /> },
        ]}
      />
    </Section>
  )
}
