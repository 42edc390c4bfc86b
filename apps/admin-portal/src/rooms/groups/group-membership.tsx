import type { GroupDetail, MemberSuggestion } from '@lockstep/contract/hub/group'
import { CodeBlock } from '@lockstep/ui/code-block'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { methodWords, ruleLines, suggestionText } from './membership-words.ts'

/** How the group gets its members: by hand or by which rule. */
export function GroupMembership({ group }: { readonly group: GroupDetail }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const { label, detail } = methodWords[group.membershipMethod]
  const isRuled = group.membershipMethod.startsWith('DYNAMIC')
  const { memberQuery, memberQueryExemptions: exemptions } = group
  return (
    <Section
      title="Membership"
      detail={`${label}. ${detail}`}
      actions={
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('groups.write')}
          onClick={() => void navigate({ to: '/groups/$groupId/membership', params: { groupId: group.id } })}
        >
          Edit membership
        </ActionButton>
      }
    >
      {isRuled && memberQuery !== null && <RuleText query={memberQuery} />}
      {group.settling && <StatusChip tone="blue" label="Members are being moved" waiting />}
      {isRuled && exemptions.length > 0 && <p className="ls-dim">{counted(exemptions.length, 'user')} exempt</p>}
    </Section>
  )
}

function RuleText({ query }: { readonly query: NonNullable<GroupDetail['memberQuery']> }): ReactElement {
  const lines = ruleLines(query)
  if (lines === undefined) return <CodeBlock text={JSON.stringify(query, undefined, 2)} label="Rule" />
  return (
    <ul className="portal-stacked" aria-label="Rule">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

const shownSuggestions = 50

/** What the rule of a group under review suggests, to be applied by a person. */
export function GroupSuggestions({ group }: { readonly group: GroupDetail }): ReactElement | null {
  const { suggestionCounts: counts } = group
  const total = counts.add + counts.remove
  const query = useQuery({
    queryKey: ['groups', 'suggestions', group.id, counts.add, counts.remove],
    queryFn: ({ signal }) => hub.groups.suggestions(group.id, { limit: shownSuggestions }, signal),
    enabled: total > 0,
  })
  if (total === 0) return null
  return (
    <Section title="Suggested by the rule" detail={suggestionText(counts)}>
      <QueryView query={query} what="The suggestions">
        {({ items }) => <SuggestionList key={items.map((each) => each.userId).join()} group={group} items={items} />}
      </QueryView>
      {total > shownSuggestions && <p className="ls-dim">These are the first {shownSuggestions}.</p>}
    </Section>
  )
}

interface SuggestionListProps {
  readonly group: GroupDetail
  readonly items: readonly MemberSuggestion[]
}

function SuggestionList({ group, items }: SuggestionListProps): ReactElement {
  const { denial } = useSession()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(items.map((each) => each.userId)))
  const apply = useAct({
    run: () => hub.groups.applySuggestions(group.id, { userIds: [...chosen] }),
    done: (fresh) => `${counted(fresh.userIds.length, 'suggestion')} applied`,
    touches: ['groups', `members.${group.id}`, 'users'],
  })
  const toggle = (id: string, wanted: boolean): void =>
    setChosen(new Set(wanted ? [...chosen, id] : [...chosen].filter((each) => each !== id)))
  return (
    <>
      <ul className="portal-rows portal-suggestions">
        {items.map((each) => {
          const name = each.name
          return (
            <li key={each.userId}>
              <Checkbox
                aria-label={`${each.op === 'add' ? 'Add' : 'Remove'} ${name}`}
                checked={chosen.has(each.userId)}
                onChange={(event) => toggle(each.userId, event.currentTarget.checked)}
              />
              <StatusChip tone={each.op === 'add' ? 'green' : 'amber'} label={each.op === 'add' ? 'Add' : 'Remove'} />
              <Link to="/users/$userId" params={{ userId: each.userId }}>
                {name}
              </Link>
              <span className="ls-dim">{each.username}</span>
            </li>
          )
        })}
      </ul>
      <FailureNotice
        error={apply.error}
        title="The suggestions were not applied."
        unchanged="Look again at the list."
      />
      <div className="ls-actions">
        <ActionButton
          loading={apply.isPending}
          denied={denial('groups.write') ?? (chosen.size === 0 ? 'Choose a suggestion first.' : undefined)}
          onClick={() => apply.mutate()}
        >
          Apply {counted(chosen.size, 'suggestion')}
        </ActionButton>
      </div>
    </>
  )
}
