import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useLayoutEffect, useRef } from 'react'
import { agentName } from '../../words/words.ts'
import { factsText } from './log-lines.ts'
import { useAgentLog } from './use-agent-log.ts'

interface AgentLogProps {
  readonly directoryId: string
  readonly agent: DirectoryAgent
}

/** The agent's last lines, and what it writes while the page is open. */
export function AgentLog({ directoryId, agent }: AgentLogProps): ReactElement {
  const { lines, error } = useAgentLog(directoryId, agent.id)
  const box = useRef<HTMLDivElement>(null)
  const last = lines.at(-1)?.key
  useLayoutEffect(() => {
    const element = box.current
    if (element === null || last === undefined) return
    // Who reads further up is left there.
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 120
    if (isAtEnd || element.scrollTop === 0) element.scrollTop = element.scrollHeight
  }, [last])
  return (
    <div className="portal-whole">
      <FailureNotice error={error} title="The log cannot be shown at the moment." isRepeatable />
      {lines.length === 0 && (
        <p className="ls-dim" role="status">
          {agent.state === 'active' || agent.state === 'paused'
            ? 'Asking the agent for its log …'
            : 'The agent does not answer, so its log cannot be shown. It is on its machine: journalctl, or where its service writes to.'}
        </p>
      )}
      {lines.length > 0 && (
        <div
          ref={box}
          className="portal-agent-log"
          role="log"
          tabIndex={0}
          aria-label={`Log of the ${agentName(agent)}`}
        >
          {lines.map(({ key, at, level, message, fields }) => (
            <div key={key} data-level={level}>
              <time dateTime={at}>{at.slice(11, 23)}</time> <b>{level}</b> {message}{' '}
              <span className="ls-dim">{factsText(fields)}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
