import type { GroupDetail } from '@lockstep/contract/hub/group'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { groupSecondFactorQuery } from '../../hub/queries.ts'
import { GraceDialog } from '../../form/grace-dialog.tsx'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'

const defaultGraceDays = 7

/** Whether the group asks its members for a second factor. */
export function GroupSecondFactor({ group }: { readonly group: GroupDetail }): ReactElement {
  const query = useQuery(groupSecondFactorQuery(group.id))
  return (
    <Section
      title="Second factor"
      detail="For the members’ own portal."
      actions={query.data && <Actions group={group} graceDays={query.data.graceDays} />}
    >
      <QueryView query={query} what="The second factor">
        {({ graceDays }) => (
          <p className={graceDays === null ? 'ls-dim' : undefined}>
            {graceDays === null
              ? 'The group does not ask for one.'
              : `Members need one ${graceDays === 0 ? 'at once' : `within ${counted(graceDays, 'day')}`}.`}
          </p>
        )}
      </QueryView>
    </Section>
  )
}

interface ActionsProps {
  readonly group: GroupDetail
  readonly graceDays: number | null
}

function Actions({ group, graceDays }: ActionsProps): ReactElement {
  const { denial } = useSession()
  const [asking, setAsking] = useState(false)
  const act = useAct({
    run: (days: number | null) => hub.groups.demandSecondFactor(group.id, { graceDays: days }),
    done: (fresh) =>
      fresh.graceDays === null
        ? `${group.name} asks for no second factor any more`
        : `${group.name} asks for a second factor`,
    touches: ['groups', 'users'],
    after: () => setAsking(false),
  })
  return (
    <>
      {graceDays !== null && (
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('groups.write')}
          loading={act.isPending && act.variables === null}
          onClick={() => act.mutate(null)}
        >
          Stop asking for one
        </ActionButton>
      )}
      <ActionButton variant="default" size="xs" denied={denial('groups.write')} onClick={() => setAsking(true)}>
        {graceDays === null ? 'Ask for one' : 'Change the time'}
      </ActionButton>
      <GraceDialog
        opened={asking}
        title={`Ask the members of ${group.name} for a second factor`}
        detail="Counted from today, for later members from the day they join. Until then they are reminded at every sign-in; afterwards the portal lets them in only to enrol one."
        initialDays={graceDays ?? defaultGraceDays}
        action="Ask for a second factor"
        busy={act.isPending}
        error={act.error}
        onSubmit={(days) => act.mutate(days)}
        onClose={() => setAsking(false)}
      />
    </>
  )
}
