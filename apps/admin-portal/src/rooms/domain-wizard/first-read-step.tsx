import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { agentKinds, counted } from '../../words/words.ts'
import { setUpProgress } from './set-up-progress.ts'

/** Waits, with what is seen of it, until the agents are there and everything was read once. */
export function FirstReadStep({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const navigate = useNavigate()
  const { missing, waiting, isRead, isDone } = setUpProgress(directory)
  const { agentsWanted } = directory.configuration
  return (
    <div className="ls-stack">
      <ul className="portal-rows" aria-live="polite" aria-label="Progress">
        {agentsWanted.map((kind) => (
          <Line
            key={kind}
            done={!missing.includes(kind) && !waiting.includes(kind)}
            title={`${agentKinds[kind]} connected`}
          >
            {missing.includes(kind) && 'It was not added yet.'}
            {waiting.includes(kind) && 'Its connect key was made; waiting for its first contact.'}
          </Line>
        ))}
        {agentsWanted.includes('IMPORT') ? (
          <Line done={isRead} title="The domain was read completely">
            {directory.lastFullReadAt === undefined ? (
              'The import agent reads everything at its first contact; nothing else is to be done.'
            ) : (
              <>
                <Time at={directory.lastFullReadAt} />
              </>
            )}
          </Line>
        ) : (
          <Line done title="Nothing is to be read">
            In this configuration this hub decides: connect users and groups, and their accounts are made in the domain.
          </Line>
        )}
      </ul>
      {agentsWanted.includes('IMPORT') && <Counts directory={directory} />}
      {missing.length > 0 && (
        <p>
          <Link
            className="portal-link"
            to="/directories/$directoryId/set-up"
            params={{ directoryId: directory.id }}
            search={{ step: 'agents' }}
          >
            Add the missing agents
          </Link>
        </p>
      )}
      <div className="ls-actions">
        <Button
          variant={isDone ? 'filled' : 'default'}
          onClick={() => void navigate({ to: '/directories/$directoryId', params: { directoryId: directory.id } })}
        >
          {isDone ? `Go to ${directory.name}` : 'Go on later'}
        </Button>
      </div>
    </div>
  )
}

function Counts({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { id, userCount, groupCount, problemCount, heldCount } = directory
  const params = { directoryId: id }
  return (
    <nav className="portal-numbers" aria-label="Counts">
      <Link className="portal-number" to="/directories/$directoryId" params={params} search={{ tab: 'users' }}>
        <strong>{userCount.toLocaleString('en')}</strong> {userCount === 1 ? 'user' : 'users'}
      </Link>
      <Link className="portal-number" to="/directories/$directoryId" params={params} search={{ tab: 'groups' }}>
        <strong>{groupCount.toLocaleString('en')}</strong> {groupCount === 1 ? 'group' : 'groups'}
      </Link>
      <Link className="portal-number" to="/directories/$directoryId" params={params} search={{ tab: 'problems' }}>
        <strong>{problemCount.toLocaleString('en')}</strong> left out
      </Link>
      {heldCount > 0 && (
        <Link className="portal-number" to="/directories/$directoryId" params={params}>
          <strong>{heldCount.toLocaleString('en')}</strong> {counted(heldCount, 'change').split(' ')[1]} held
        </Link>
      )}
    </nav>
  )
}

interface LineProps {
  readonly done: boolean
  readonly title: string
  readonly children: ReactNode
}

function Line({ done, title, children }: LineProps): ReactElement {
  return (
    <li>
      <StatusChip {...(done ? { tone: 'green', label: 'Done' } : { tone: 'blue', label: 'Waiting', waiting: true })} />
      <strong>{title}</strong>
      <span className="ls-dim">{children}</span>
    </li>
  )
}
