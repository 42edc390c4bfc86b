import type { ChosenNoticeKind, NoticePreferences } from '@lockstep/contract/hub/notice'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { noticePreferencesQuery } from '../../hub/queries.ts'

const kinds: readonly (readonly [ChosenNoticeKind, string, string])[] = [
  ['plan_held', 'The guard holds changes back', 'When somebody has to decide, and your role may.'],
  [
    'integration_refused',
    'Changes of an integration are refused',
    'Once a day, when it takes away more than its limit.',
  ],
  ['domain_silent', 'The last agent of a domain stops', 'Then changes no longer reach the other side.'],
  ['domain_heard', 'An agent of that domain is back', 'So that you know that it is over.'],
  ['bulk_job_ended', 'An import that you began is done', 'With how many rows failed.'],
]

/** Which mails one wants; links for one's own password come in any case. */
export function OwnMails(): ReactElement {
  const query = useQuery(noticePreferencesQuery)
  return (
    <Section title="Mails to you" detail="You get what your role can act on. A change holds at once.">
      <QueryView query={query} what="Your choice">
        {(chosen) => <Choices chosen={chosen} />}
      </QueryView>
    </Section>
  )
}

function Choices({ chosen }: { readonly chosen: NoticePreferences }): ReactElement {
  const choose = useAct({
    run: (change: Partial<NoticePreferences>) => hub.mail.choosePreferences(change),
    done: 'Your choice of mails is saved',
    touches: ['notices'],
  })
  return (
    <div className="ls-stack">
      {kinds.map(([kind, label, description]) => (
        <Switch
          key={kind}
          label={label}
          description={description}
          checked={choose.isPending && choose.variables[kind] !== undefined ? choose.variables[kind] : chosen[kind]}
          onChange={(event) => choose.mutate({ [kind]: event.currentTarget.checked })}
        />
      ))}
      <FailureNotice error={choose.error} title="Your choice was not saved." unchanged="Nothing was changed." />
    </div>
  )
}
