import { Facts } from '@lockstep/ui/facts'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { roleNameOf } from '../../session/access.ts'
import { useSession } from '../../session/use-session.ts'
import { OwnMails } from './own-mails.tsx'
import { OwnSecondFactor } from './own-second-factor.tsx'

/** The own account: who one is here, and how one signs in. */
export function AccountRoom(): ReactElement {
  const { administrator } = useSession()
  return (
    <>
      <PageHeader title="Your account" />
      <div className="portal-account-room">
        <Section title="Who you are here">
          <Facts
            facts={[
              { name: 'Name', value: administrator.name },
              { name: 'E-mail', value: administrator.email },
              { name: 'Role', value: roleNameOf(administrator) },
              {
                name: 'API keys',
                value: (
                  <Link to="/settings" search={{ tab: 'keys' }} className="portal-link">
                    See your keys
                  </Link>
                ),
              },
            ]}
          />
        </Section>
        <OwnSecondFactor account={administrator.email} />
        <OwnMails />
      </div>
    </>
  )
}
