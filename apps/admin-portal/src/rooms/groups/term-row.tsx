import { ActionIcon, Select, TextInput, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { type RuleTerm, withField, withOperator } from './rule-conditions.ts'
import { customPrefix, operatorsOf, operatorText, type RuleField, ruleFieldOf, ruleFields } from './rule-fields.ts'
import { ValueInput } from './value-input.tsx'

interface TermRowProps {
  readonly index: number
  readonly term: RuleTerm
  readonly error: string | undefined
  readonly onChange: (term: RuleTerm) => void
  /** Absent for the only row. */
  readonly onRemove?: (() => void) | undefined
}

/** One condition: field, comparison, value. */
export function TermRow({ index, term, error, onChange, onRemove }: TermRowProps): ReactElement {
  const field = ruleFieldOf(term.field)
  const isCustom = field.name.startsWith(customPrefix)
  const name = `Condition ${index + 1}`
  const operators = operatorsOf[field.kind]
  const offered = operators.includes(term.operator) ? operators : [...operators, term.operator]
  return (
    <div className="portal-term" role="group" aria-label={name} data-term={index}>
      <Select
        label="Field"
        searchable
        allowDeselect={false}
        data={fieldOptions(field)}
        value={isCustom ? customPrefix : field.name}
        onChange={(next) =>
          next !== null && next !== term.field && onChange(withField(term, next, operatorsOf[ruleFieldOf(next).kind]))
        }
      />
      {isCustom && (
        <TextInput
          label="Attribute"
          value={term.field.slice(customPrefix.length)}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => onChange({ ...term, field: `${customPrefix}${event.currentTarget.value.trim()}` })}
        />
      )}
      <Select
        label="Comparison"
        allowDeselect={false}
        data={offered.map((operator) => ({ value: operator, label: operatorText(operator, field.kind) }))}
        value={term.operator}
        onChange={(next) => next !== null && onChange(withOperator(term, next))}
      />
      <div className="portal-term-value">
        <ValueInput
          key={term.field}
          term={term}
          field={field}
          error={error}
          onChange={(values) => onChange({ ...term, values })}
        />
        {error !== undefined && (term.operator === 'empty' || term.operator === 'not_empty') && (
          <p className="portal-fault">{error}</p>
        )}
      </div>
      {onRemove && (
        <Tooltip label={`Remove ${name.toLowerCase()}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            className="portal-term-remove"
            aria-label={`Remove ${name.toLowerCase()}`}
            onClick={onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
}

function fieldOptions(current: RuleField): { readonly value: string; readonly label: string }[] {
  const known = ruleFields.map(({ name, label }) => ({ value: name, label }))
  const isKnown = current.name.startsWith(customPrefix) || ruleFields.some(({ name }) => name === current.name)
  return [
    ...known,
    ...(isKnown ? [] : [{ value: current.name, label: current.label }]),
    { value: customPrefix, label: 'Custom attribute' },
  ]
}
