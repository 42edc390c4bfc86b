import { keepPasswordToken } from '@lockstep/ui/door/kept-token'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { ChoosePassword } from './choose-password.tsx'
import { Door } from './door.tsx'
import { showSignIn } from './leave.ts'
import { LinkDoor } from './link-door.tsx'

/** Where somebody with a link from a mail chooses a new password. */
export function PasswordLinkRoom(): ReactElement {
  const [isChosen, setChosen] = useState(false)
  if (isChosen) return <Chosen />
  return (
    <LinkDoor title="Choose a new password" look={hub.password.lookAtLink}>
      {(facts, token) => (
        <>
          <p>
            For <strong>{facts.user.username}</strong> at {facts.organization.name}.
          </p>
          <ChoosePassword
            facts={facts}
            action="Set password"
            onChosen={async (password) => {
              await hub.password.setByLink({ token, password })
              keepPasswordToken('')
              setChosen(true)
            }}
          />
          <p className="ls-dim">
            The link works once and expires <Time at={facts.expires} />.
          </p>
        </>
      )}
    </LinkDoor>
  )
}

function Chosen(): ReactElement {
  return (
    <Door title="Your password is set">
      <p role="status">You were signed out everywhere. Sign in with the new password.</p>
      <Button fullWidth autoFocus onClick={() => showSignIn()}>
        Go to sign-in
      </Button>
    </Door>
  )
}
