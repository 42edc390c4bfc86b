import type { Failure } from '@lockstep/ui/feedback/failure'
import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type ReactElement, useRef } from 'react'
import type { EditedRule } from './membership-values.ts'
import { emptyTerm, faultyTerm, missingIn, type RuleDraft } from './rule-conditions.ts'
import { TermRow } from './term-row.tsx'

/** As many as the hub takes. */
const termsLimit = 100

interface RuleEditorProps {
  readonly rule: EditedRule
  readonly onChange: (rule: EditedRule) => void
  /** True once it was asked to save: now missing values are told. */
  readonly isAsked: boolean
  /** What the hub says is wrong with the rule. */
  readonly refused: Failure | undefined
}

/** The conditions of a rule. */
export function RuleEditor({ rule, onChange, isAsked, refused }: RuleEditorProps): ReactElement {
  if (rule.kind === 'text')
    return (
      <Textarea
        label="Rule"
        description="This rule is nested deeper than rows can show, and is edited as JSON."
        autosize
        minRows={6}
        maxRows={20}
        classNames={{ input: 'ls-mono' }}
        value={rule.text}
        error={refused?.detail}
        onChange={(event) => onChange({ kind: 'text', text: event.currentTarget.value })}
      />
    )
  const { draft } = rule
  return (
    <RuleRows
      draft={draft}
      onChange={(next) => onChange({ kind: 'rows', draft: next })}
      isAsked={isAsked}
      refused={refused}
    />
  )
}

interface RuleRowsProps extends Omit<RuleEditorProps, 'rule' | 'onChange'> {
  readonly draft: RuleDraft
  readonly onChange: (draft: RuleDraft) => void
}

function RuleRows({ draft, onChange, isAsked, refused }: RuleRowsProps): ReactElement {
  const box = useRef<HTMLFieldSetElement>(null)
  const { terms } = draft
  const faulty = refused && faultyTerm(refused.field)
  const focus = (selector: string): void =>
    void requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(selector)?.focus())
  return (
    <fieldset ref={box} className="portal-row-editor">
      <legend>Conditions</legend>
      {terms.length > 1 && (
        <SegmentedControl
          aria-label="How conditions are joined"
          size="xs"
          className="portal-match"
          data={[
            { value: 'all', label: 'All must match' },
            { value: 'any', label: 'Any may match' },
          ]}
          value={draft.match}
          onChange={(match) => onChange({ ...draft, match })}
        />
      )}
      {terms.map((term, index) => (
        // A condition has no identity of its own; its place is what the hub names it by too.
        <TermRow
          key={`condition ${index + 1}`}
          index={index}
          term={term}
          error={(isAsked ? missingIn(term) : undefined) ?? (faulty === index ? wordsOf(refused) : undefined)}
          onChange={(next) => onChange({ ...draft, terms: terms.map((each, at) => (at === index ? next : each)) })}
          onRemove={
            terms.length === 1
              ? undefined
              : () => {
                  onChange({ ...draft, terms: terms.filter((_, at) => at !== index) })
                  focus('[data-add]')
                }
          }
        />
      ))}
      {refused && faulty === undefined && <p className="portal-fault">{refused.detail}</p>}
      {terms.some((term) => term.exact) && <p className="ls-dim">Letter case counts where the rule was written so.</p>}
      {terms.length < termsLimit && (
        <div>
          <Button
            data-add
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => {
              onChange({ ...draft, terms: [...terms, { ...emptyTerm, exact: draft.language === 'v1' }] })
              focus(`[data-term="${terms.length}"] input`)
            }}
          >
            Add condition
          </Button>
        </div>
      )}
    </fieldset>
  )
}

/** The path of the term means nothing beside the term. */
function wordsOf(refused: Failure | undefined): string | undefined {
  const words = refused?.detail.replace(/^memberQuery\.[\w.]+: /u, '')
  return words === undefined ? undefined : words.charAt(0).toUpperCase() + words.slice(1)
}
