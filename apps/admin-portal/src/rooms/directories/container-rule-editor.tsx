import type { ContainerCondition, ContainerRule } from '@lockstep/contract/hub/directory-container'
import { ActionIcon, Button, Select, TagsInput, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash, IconX } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { GroupPicker } from '../../pickers/group-picker.tsx'
import { fieldName } from '../../words/words.ts'
import { type Asked, askedOf, asking, conditionFault, conditionsLimit, containerFields } from './container-draft.ts'

interface ContainerRuleEditorProps {
  readonly rule: ContainerRule
  /** Its place, from 0. */
  readonly index: number
  readonly isLast: boolean
  readonly readOnly: boolean
  /** What is wrong with the container. */
  readonly fault: string | undefined
  /** True once it was asked to save: now missing values are told. */
  readonly isAsked: boolean
  readonly onChange: (rule: ContainerRule) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

/** One rule: for whom, and which container. */
export function ContainerRuleEditor(props: ContainerRuleEditorProps): ReactElement {
  const { rule, index, readOnly, isAsked, onChange } = props
  const { conditions } = rule
  const withConditions = (next: readonly ContainerCondition[]): void => onChange({ ...rule, conditions: [...next] })
  return (
    <fieldset className="portal-fieldset portal-form">
      <legend>Rule {index + 1}</legend>
      {conditions.map((condition, at) => (
        // A condition has no identity of its own beside its place.
        <ConditionRow
          key={`condition ${at + 1}`}
          condition={condition}
          index={at}
          readOnly={readOnly}
          fault={isAsked ? conditionFault(condition) : undefined}
          onChange={(next) => withConditions(conditions.map((each, place) => (place === at ? next : each)))}
          onRemove={
            conditions.length === 1 ? undefined : () => withConditions(conditions.filter((_, place) => place !== at))
          }
        />
      ))}
      <TextInput
        label="Container"
        description="Its distinguishedName, below a root container."
        autoComplete="off"
        spellCheck={false}
        readOnly={readOnly}
        value={rule.containerDn}
        error={isAsked ? props.fault : undefined}
        onChange={(event) => onChange({ ...rule, containerDn: event.currentTarget.value })}
      />
      {!readOnly && <RuleActions {...props} onAdd={() => withConditions([...conditions, asking('location')])} />}
    </fieldset>
  )
}

function RuleActions({
  rule,
  index,
  isLast,
  onMove,
  onRemove,
  onAdd,
}: ContainerRuleEditorProps & { readonly onAdd: () => void }): ReactElement {
  return (
    <div className="ls-actions">
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={rule.conditions.length >= conditionsLimit}
        onClick={onAdd}
      >
        And
      </Button>
      <span className="ls-spring" />
      <ActionIcon
        variant="default"
        disabled={index === 0}
        aria-label={`Rule ${index + 1} earlier`}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="default" disabled={isLast} aria-label={`Rule ${index + 1} later`} onClick={() => onMove(1)}>
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="default" aria-label={`Remove rule ${index + 1}`} onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </div>
  )
}

interface ConditionRowProps {
  readonly condition: ContainerCondition
  /** Its place in the rule, from 0. */
  readonly index: number
  readonly readOnly: boolean
  readonly fault: string | undefined
  readonly onChange: (condition: ContainerCondition) => void
  readonly onRemove: (() => void) | undefined
}

function ConditionRow({ condition, index, readOnly, fault, onChange, onRemove }: ConditionRowProps): ReactElement {
  return (
    <div className="portal-term" role="group" aria-label={`Condition ${index + 1}`}>
      <Select<Asked>
        label={index === 0 ? 'Users whose' : 'and whose'}
        disabled={readOnly}
        allowDeselect={false}
        value={askedOf(condition)}
        data={[
          ...containerFields.map((field) => ({ value: field, label: fieldName(field) })),
          { value: 'group', label: 'Group' },
        ]}
        onChange={(asked) => asked !== null && onChange(asking(asked))}
      />
      <div className="portal-term-value">
        {'groupId' in condition ? (
          <GroupPicker
            label="is"
            value={condition.groupId}
            disabled={readOnly}
            error={fault}
            onChange={(groupId) => onChange({ groupId })}
          />
        ) : (
          <TagsInput
            label="is one of"
            placeholder={condition.values.length === 0 ? 'Enter after each value' : ''}
            readOnly={readOnly}
            acceptValueOnBlur
            splitChars={[]}
            value={condition.values}
            error={fault}
            onChange={(values) => onChange({ ...condition, values })}
          />
        )}
      </div>
      {onRemove && !readOnly && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          className="portal-term-remove"
          aria-label={`Remove condition ${index + 1}`}
          onClick={onRemove}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      )}
    </div>
  )
}
