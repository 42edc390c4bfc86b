import { mutabilities, returnedRules, uniquenesses } from '@lockstep/contract/hub/custom-schema'
import { Checkbox, type InputWrapperProps, Select, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { mutabilityWords, returnedWords, uniquenessWords } from './fact-words.ts'
import { type AttributeDraft, choicesOf } from './schema-draft.ts'

interface FactsProps {
  readonly attribute: AttributeDraft
  /** A sub-attribute, which can be less. */
  readonly isPart: boolean
  readonly isDeclared: boolean
  readonly noteOf: (field: string) => { readonly error?: string; readonly 'aria-invalid'?: true }
  /** The id of what says why something stays as it is. */
  readonly describedBy: string
  readonly readOnly: boolean
  readonly onChange: (attribute: AttributeDraft) => void
}

type Flag = 'multiValued' | 'required' | 'caseExact'

const flagWords: Readonly<Record<Flag, string>> = {
  multiValued: 'Several values',
  required: 'Required',
  caseExact: 'Letter case counts',
}

/** How many values there are, and which count as the same. */
export function AttributeTicks({
  attribute,
  isPart,
  isDeclared,
  noteOf,
  describedBy,
  readOnly,
  onChange,
}: FactsProps): ReactElement {
  const { known, type } = attribute
  const isText = type === 'string' || type === 'binary' || type === 'reference'
  const flags: readonly Flag[] = [
    ...(isPart ? [] : ['multiValued' as const]),
    'required',
    ...(isText ? ['caseExact' as const] : []),
  ]
  const isFixed = (flag: Flag): boolean =>
    flag === 'required' ? isDeclared && known?.required !== true : known !== undefined
  return (
    <>
      {flags.map((flag) => (
        <Checkbox
          key={flag}
          size="xs"
          label={
            <>
              {flagWords[flag]} {flag !== 'required' && <span className="ls-dim">{flag}</span>}
            </>
          }
          title={isFixed(flag) && known === undefined ? 'Who is there already lacks it.' : undefined}
          disabled={isFixed(flag) || readOnly}
          {...(isFixed(flag) && known !== undefined ? { 'aria-describedby': describedBy } : {})}
          checked={attribute[flag]}
          {...noteOf(flag)}
          onChange={(event) => onChange({ ...attribute, [flag]: event.currentTarget.checked })}
        />
      ))}
    </>
  )
}

/** Who may write and read it, how often a value may stand, and what it is for. */
export function AttributeFacts(props: FactsProps): ReactElement {
  const { attribute, noteOf, isPart, readOnly, onChange } = props
  return (
    <div className="declared-facts">
      <FactSelect {...props} label="Clients may" fact="mutability" all={mutabilities} words={mutabilityWords} />
      <FactSelect {...props} label="Clients are told" fact="returned" all={returnedRules} words={returnedWords} />
      {!isPart && (
        <FactSelect {...props} label="A value may stand" fact="uniqueness" all={uniquenesses} words={uniquenessWords} />
      )}
      {attribute.type === 'string' && (
        <TagsInput
          label="Suggested values"
          description="canonicalValues; others are taken too."
          readOnly={readOnly}
          value={[...attribute.canonicalValues]}
          {...noteOf('canonicalValues')}
          onChange={(canonicalValues) => onChange({ ...attribute, canonicalValues })}
        />
      )}
      {attribute.type === 'reference' && (
        <TagsInput
          label="Refers to"
          description="referenceTypes: external, uri, or types such as User."
          readOnly={readOnly}
          value={[...attribute.referenceTypes]}
          {...noteOf('referenceTypes')}
          onChange={(referenceTypes) => onChange({ ...attribute, referenceTypes })}
        />
      )}
      <Textarea
        label="Description"
        autosize
        minRows={1}
        maxRows={4}
        maxLength={1000}
        readOnly={readOnly}
        value={attribute.description}
        {...noteOf('description')}
        onChange={(event) => onChange({ ...attribute, description: event.currentTarget.value })}
      />
    </div>
  )
}

interface FactSelectProps extends FactsProps {
  readonly label: string
  readonly fact: 'mutability' | 'returned' | 'uniqueness'
  readonly all: readonly string[]
  readonly words: Readonly<Record<string, string>>
}

function FactSelect(props: FactSelectProps): ReactElement {
  const { attribute, fact, isPart, noteOf, readOnly, words } = props
  const choices = choicesOf(attribute, fact, props.all).filter(
    (choice) => !isPart || (choice !== 'writeOnly' && choice !== 'never'),
  )
  if (choices.length === 1 || readOnly)
    return <FixedFact label={props.label} text={words[attribute[fact]] ?? ''} stays={choices.length === 1} />
  return (
    <Select
      label={props.label}
      allowDeselect={false}
      data={choices.map((value) => ({ value, label: words[value] ?? value }))}
      value={attribute[fact]}
      {...noteOf(fact)}
      onChange={(next) => next !== null && props.onChange(withFact(attribute, fact, next))}
    />
  )
}

/** Beside a field that keeps what was declared; below it, so that the fields of a row stay in line. */
export const staysNote: Pick<InputWrapperProps, 'description' | 'inputWrapperOrder'> = {
  description: 'Stays as declared.',
  inputWrapperOrder: ['label', 'input', 'description', 'error'],
}

interface FixedFactProps {
  readonly label: string
  readonly text: string
  /** It can no longer be another one. */
  readonly stays: boolean
}

/** What is only read. */
export function FixedFact({ label, text, stays }: FixedFactProps): ReactElement {
  return <TextInput label={label} readOnly value={text} {...(stays ? staysNote : {})} />
}

/** What only clients write nobody is told; what they are told they do not only write. */
function withFact(attribute: AttributeDraft, fact: FactSelectProps['fact'], value: string): AttributeDraft {
  const next = { ...attribute, [fact]: value }
  if (fact === 'mutability' && value === 'writeOnly') return { ...next, returned: 'never' }
  return fact === 'returned' && value !== 'never' && next.mutability === 'writeOnly'
    ? { ...next, mutability: 'readWrite' }
    : next
}

/** What is not as usual, for a closed row. */
export function factsInShort({
  mutability,
  returned,
  uniqueness,
  canonicalValues,
  description,
}: AttributeDraft): string {
  return [
    ...(mutability === 'readWrite' ? [] : [mutability]),
    ...(returned === 'default' ? [] : [`returned: ${returned}`]),
    ...(uniqueness === 'none' ? [] : ['unique']),
    ...(canonicalValues.length === 0 ? [] : [canonicalValues.join(', ')]),
    ...(description === '' ? [] : [description]),
  ].join(' · ')
}
