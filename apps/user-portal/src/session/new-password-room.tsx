import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { passwordQuery } from '../hub/queries.ts'
import { ChangePassword } from '../password/change-password.tsx'
import { Door } from './door.tsx'
import { signOut } from './leave.ts'
import { useEnter } from './use-enter.ts'
import { useSession } from './use-session.ts'

/** A step of signing in: the password has to be changed before anything else. */
export function NewPasswordRoom(): ReactElement {
  const { to } = useSearch({ from: '/new-password' })
  const { user } = useSession()
  const enter = useEnter()
  return (
    <Door title="Choose a new password">
      <p>Your password has to be changed before you can go on.</p>
      <QueryView query={useQuery(passwordQuery)} what="The rules for passwords">
        {({ policy, changeElsewhere }) =>
          changeElsewhere === undefined ? (
            <ChangePassword demands={policy} username={user.username} onChanged={(session) => enter(to, session)} />
          ) : (
            <p>{changeElsewhere}</p>
          )
        }
      </QueryView>
      <button type="button" className="portal-text-button" onClick={() => void signOut()}>
        Sign out
      </button>
    </Door>
  )
}
