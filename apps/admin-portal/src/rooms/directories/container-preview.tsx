import type { ContainerPreviewRequest } from '@lockstep/contract/hub/directory-container'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { containerPreviewQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import { inWords } from './place-words.ts'

interface ContainerPreviewProps {
  readonly directoryId: string
  /** Undefined while what is filled in cannot be asked about. */
  readonly asked: ContainerPreviewRequest | undefined
}

/** Who would go where. */
export function ContainerPreview({ directoryId, asked }: ContainerPreviewProps): ReactElement {
  return (
    <section aria-label="Who goes where" className="ls-stack">
      <h3>Who goes where</h3>
      {asked === undefined ? (
        <p className="ls-dim">Complete the rules to see.</p>
      ) : (
        <Places id={directoryId} asked={asked} />
      )}
    </section>
  )
}

function Places({ id, asked }: { readonly id: string; readonly asked: ContainerPreviewRequest }): ReactElement {
  return (
    <QueryView query={useQuery(containerPreviewQuery(id, asked))} what="The preview">
      {({ containers, cutNames, incomplete, refusal }) => (
        <>
          {refusal !== undefined && <p className="portal-fault">{inWords(refusal)}</p>}
          <ul className="portal-rows">
            {containers.map((place) => (
              <li key={place.rule ?? 'rest'}>
                <strong>{place.rule === undefined ? 'Everybody else' : `Rule ${place.rule + 1}`}</strong>
                <span>
                  {counted(place.users, 'user')}
                  {place.new > 0 && `, ${counted(place.new, 'account')} to be made`}
                  {place.moved > 0 && `, ${counted(place.moved, 'account')} moved here`}
                </span>
                <span className="ls-mono portal-whole">{place.containerDn}</span>
                {place.first.length > 0 && (
                  <span className="ls-dim portal-whole">
                    {place.first.map(({ username }) => username).join(', ')}
                    {place.users > place.first.length && ' …'}
                  </span>
                )}
              </li>
            ))}
          </ul>
          {cutNames > 0 && (
            <p className="ls-dim">
              {counted(cutNames, 'username')} longer than 20 characters: the older logon name is cut, userPrincipalName
              carries the whole one.
            </p>
          )}
          {incomplete && <p className="ls-dim">There are more users than were looked at.</p>}
        </>
      )}
    </QueryView>
  )
}
