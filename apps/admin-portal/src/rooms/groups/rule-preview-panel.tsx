import type { RuledUser, RulePreview } from '@lockstep/contract/hub/group'
import { PersonCell } from '@lockstep/ui/person-cell'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import type { ReactElement } from 'react'
import { counted, userStates } from '../../words/words.ts'

interface RulePreviewPanelProps {
  readonly preview: RulePreview | undefined
  readonly isBehind: boolean
  /** Why nothing can be counted. */
  readonly waitsFor: string | undefined
  readonly isReviewed: boolean
}

/** Whom the rule names as it is typed, and who would not stay. */
export function RulePreviewPanel({ preview, isBehind, waitsFor, isReviewed }: RulePreviewPanelProps): ReactElement {
  const leaving = preview?.leaving
  return (
    <Section title="Who matches now">
      <p role="status" className="portal-preview-count" data-behind={isBehind}>
        {waitsFor ??
          (preview === undefined || isBehind ? 'Counting …' : counted(preview.total, 'user matches', 'users match'))}
      </p>
      {preview && waitsFor === undefined && <People of={preview} label="First users who match" />}
      {leaving !== undefined && leaving.total > 0 && waitsFor === undefined && (
        <div className="portal-remedy portal-leaving">
          <strong>
            {counted(leaving.total, 'member')} {isReviewed ? 'would be suggested for removal' : 'would leave'}
          </strong>
          <People of={leaving} label="First members who do not match" />
        </div>
      )}
    </Section>
  )
}

interface PeopleProps {
  readonly of: { readonly total: number; readonly items: readonly RuledUser[] }
  readonly label: string
}

/** The first of many, and how many more there are. */
export function People({ of, label }: PeopleProps): ReactElement | null {
  if (of.items.length === 0) return null
  const rest = of.total - of.items.length
  return (
    <ul className="portal-people" aria-label={label}>
      {of.items.map((user) => (
        <li key={user.userId}>
          <PersonCell name={user.name}>
            <span className="ls-clip">{user.name}</span>
          </PersonCell>
          <span className="ls-dim ls-clip">{user.username}</span>
          {user.state !== 'ACTIVATED' && <StatusChip {...userStates[user.state]} />}
        </li>
      ))}
      {rest > 0 && <li className="ls-dim">and {rest.toLocaleString('en')} more</li>}
    </ul>
  )
}
