import type { UserDetail } from '@lockstep/contract/hub/user'
import type { ReactElement } from 'react'

/** Why nobody can say that the user's password is right, with what puts it right; nothing while all is well. */
export function SignInProblem({ user }: { readonly user: UserDetail }): ReactElement | null {
  const { problem } = user.signIn
  if (problem === undefined) return null
  return (
    <div className="ls-notice ls-tone-amber">
      <div className="ls-notice-body">
        <p className="ls-notice-title">The user cannot sign in. {problem.detail}</p>
        <p>{problem.remedy}</p>
      </div>
    </div>
  )
}
