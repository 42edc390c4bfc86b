import type { MyDirectory } from '@lockstep/contract/portal/directory'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { directoriesQuery } from '../../hub/queries.ts'
import { signOut } from '../../session/leave.ts'
import { accountStates, directoryAdvice, type PasswordRemedy } from '../../words/directory-words.ts'

/** The domains in which one has an account; nothing where there is none. */
export function MyDirectories(): ReactElement | null {
  const query = useQuery(directoriesQuery)
  if (query.data?.length === 0) return null
  return (
    <Section title="Directories" detail="Where your account reaches beyond this page.">
      <QueryView query={query} what="Your directories">
        {(directories) => (
          <ul className="my-rows" aria-label="Directories">
            {directories.map((directory) => (
              <Directory key={directory.id} directory={directory} />
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  )
}

function Directory({ directory }: { readonly directory: MyDirectory }): ReactElement {
  const { label, tone, waiting = false } = accountStates[directory.state]
  const { text, remedy } = directoryAdvice(directory)
  return (
    <li>
      <div className="my-row-words">
        <p className="my-state-line">
          <strong>{directory.name}</strong>
          <StatusChip tone={tone} label={label} waiting={waiting} />
        </p>
        {directory.accountName !== undefined && (
          <p>
            You are <span className="ls-mono">{directory.accountName}</span> there.
          </p>
        )}
        <p className="ls-dim">{text}</p>
      </div>
      {remedy !== undefined && <Remedy remedy={remedy} name={directory.name} />}
    </li>
  )
}

function Remedy({ remedy, name }: { readonly remedy: PasswordRemedy; readonly name: string }): ReactElement {
  const router = useRouter()
  return remedy === 'sign-in-anew' ? (
    <Button variant="default" aria-label={`Sign in again for ${name}`} onClick={() => void signOut()}>
      Sign in again
    </Button>
  ) : (
    <Button
      variant="default"
      aria-label={`Change password for ${name}`}
      onClick={() => void router.navigate({ to: '/password' })}
    >
      Change password
    </Button>
  )
}
