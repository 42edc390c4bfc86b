import { VisuallyHidden } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { valueText } from './value-text.ts'

interface DiffProps {
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>
  readonly nameOf?: (field: string) => string
  /** A value in better words than its own; undefined for what reads well as it is. */
  readonly wordsOf?: (field: string, value: unknown) => ReactNode
  /** What came into being has no before, what is gone no after. */
  readonly side?: 'before' | 'after' | undefined
}

/** What becomes of each field: old value with a minus, new value with a plus, so that colour is never alone. */
export function Diff({ changes, nameOf = (field) => field, wordsOf, side }: DiffProps): ReactElement {
  return (
    <dl className="ls-diff">
      {Object.entries(changes).map(([field, { before, after }]) => (
        <div key={field} className="ls-diff-row">
          <dt>{nameOf(field)}</dt>
          <dd>
            {side !== 'after' && (
              <DiffValue sign="−" word="before" text={valueText(before)} words={wordsOf?.(field, before)} />
            )}
            {side !== 'before' && (
              <DiffValue sign="+" word="after" text={valueText(after)} words={wordsOf?.(field, after)} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function DiffValue(props: {
  readonly sign: string
  readonly word: 'before' | 'after'
  readonly text: string
  readonly words: ReactNode
}): ReactElement {
  const { text, words = text } = props
  return (
    <span className={`ls-diff-value ls-diff-${props.word}`}>
      <span aria-hidden className="ls-diff-sign">
        {props.sign}
      </span>
      <VisuallyHidden>{props.word}: </VisuallyHidden>
      <span className={text === 'empty' ? 'ls-dim' : ''}>{words}</span>
    </span>
  )
}
