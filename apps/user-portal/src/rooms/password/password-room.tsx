import type { PasswordFacts } from '@lockstep/contract/portal/password'
import type { PortalSession } from '@lockstep/contract/portal/session'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { passwordQuery, sessionQuery } from '../../hub/queries.ts'
import { ChangePassword } from '../../password/change-password.tsx'
import { useSession } from '../../session/use-session.ts'

/** Changes the own password, or says where it is changed. */
export function PasswordRoom(): ReactElement {
  return (
    <>
      <PageHeader title="Change password" />
      <QueryView query={useQuery(passwordQuery)} what="Your password">
        {(facts) => (facts.mayChange ? <Change facts={facts} /> : <Elsewhere facts={facts} />)}
      </QueryView>
    </>
  )
}

function Elsewhere({ facts }: { readonly facts: PasswordFacts }): ReactElement {
  return (
    <div className="ls-notice ls-tone-blue">
      <IconInfoCircle size={20} aria-hidden />
      <div className="ls-notice-body">
        <p className="ls-notice-title">Your password is not changed here</p>
        <p>{facts.changeElsewhere ?? 'Your help desk knows where it is changed.'}</p>
      </div>
    </div>
  )
}

function Change({ facts }: { readonly facts: PasswordFacts }): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const { user } = useSession()
  const changed = async (session: PortalSession): Promise<void> => {
    queries.setQueryData(sessionQuery.queryKey, session)
    announce('Password changed. You were signed out everywhere else.')
    await router.navigate({ to: '/' })
    const [key] = sessionQuery.queryKey
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== key })
  }
  return (
    <Section title="Your password" detail="You stay signed in here, and are signed out everywhere else.">
      <ChangePassword demands={facts.policy} username={user.username} onChanged={changed} />
    </Section>
  )
}
