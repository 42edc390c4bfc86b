import { PageHeader } from '@lockstep/ui/page-header'
import { Time } from '@lockstep/ui/time'
import { IconShieldLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { secondFactorQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { MyDirectories } from './my-directories.tsx'
import { MyPassword } from './my-password.tsx'

/** The own account at a glance: what needs a hand, the password, the directories. */
export function HomeRoom(): ReactElement {
  const { user, organization } = useSession()
  return (
    <>
      <PageHeader title={`Hello, ${user.name || user.username}`} detail={`Your account at ${organization.name}`} />
      <MissingFactor />
      <MyPassword />
      <MyDirectories />
    </>
  )
}

/** A second factor that is asked for from a day on and not set up yet. */
function MissingFactor(): ReactElement | null {
  const { enrolUntil } = useSession()
  const factor = useQuery(secondFactorQuery).data
  if (!factor || factor.authenticator !== undefined || factor.passkeys.length > 0) return null
  const from = factor.requiredFrom ?? enrolUntil
  if (!factor.required && from === undefined) return null
  return (
    <div className="ls-notice ls-tone-amber" role="status">
      <IconShieldLock size={20} aria-hidden />
      <div className="ls-notice-body">
        <p className="ls-notice-title">Set up a second factor</p>
        {from !== undefined && (
          <p>
            You need one to sign in: it is asked for <Time at={from} />. Setting it up takes a minute.
          </p>
        )}
        <p>
          <Link to="/security" className="my-link">
            Set it up now
          </Link>
        </p>
      </div>
    </div>
  )
}
