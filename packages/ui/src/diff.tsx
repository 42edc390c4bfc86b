import { VisuallyHidden } from '@mantine/core'
import type { ReactElement } from 'react'
import { valueText } from './value-text.ts'

interface DiffProps {
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>
  readonly nameOf?: (field: string) => string
}

/** What becomes of each field: old value with a minus, new value with a plus, so that colour is never alone. */
export function Diff({ changes, nameOf = (field) => field }: DiffProps): ReactElement {
  return (
    <dl className="ls-diff">
      {Object.entries(changes).map(([field, { before, after }]) => (
        <div key={field} className="ls-diff-row">
          <dt>{nameOf(field)}</dt>
          <dd>
            <DiffValue sign="−" word="before" value={before} />
            <DiffValue sign="+" word="after" value={after} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function DiffValue(props: {
  readonly sign: string
  readonly word: 'before' | 'after'
  readonly value: unknown
}): ReactElement {
  const text = valueText(props.value)
  return (
    <span className={`ls-diff-value ls-diff-${props.word}`}>
      <span aria-hidden className="ls-diff-sign">
        {props.sign}
      </span>
      <VisuallyHidden>{props.word}: </VisuallyHidden>
      <span className={text === 'empty' ? 'ls-dim' : ''}>{text}</span>
    </span>
  )
}
