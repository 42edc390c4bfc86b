import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { ContainerRule } from '@lockstep/contract/hub/directory-container'
import { Section } from '@lockstep/ui/section'
import { Button, Checkbox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { type ReactElement, useState } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useSession } from '../../session/use-session.ts'
import { containerFault } from '../domain-wizard/domain-draft.ts'
import { conditionFault, emptyRule, movedRule, ruleWords } from './container-draft.ts'
import { ContainerPreview } from './container-preview.tsx'
import { ContainerRuleEditor } from './container-rule-editor.tsx'
import { ReviewSettings } from './review-settings.tsx'

/** As many as the hub takes. */
const rulesLimit = 50

interface Draft {
  readonly containerRules: readonly ContainerRule[]
  readonly movesAccounts: boolean
}

/** In which containers accounts are made, by rule, with who goes where. */
export function ContainersForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const { containerRules, movesAccounts, baseDn, rootDn, furtherRootDns } = directory
  const stored: Draft = { containerRules, movesAccounts }
  const [edited, setEdited] = useState<Draft>()
  const [isAsked, setIsAsked] = useState(false)
  const draft = edited ?? stored
  const rules = draft.containerRules
  const faultOf = ({ containerDn }: ContainerRule): string | undefined =>
    containerDn.trim() === ''
      ? 'Enter a container.'
      : containerFault(containerDn, { baseDn, roots: [rootDn, ...furtherRootDns] })
  const isComplete = rules.every((rule) => faultOf(rule) === undefined && !rule.conditions.some(conditionFault))
  const dirty = JSON.stringify(draft) !== JSON.stringify(stored)
  const update = {
    containerRules: rules.map((rule) => ({ ...rule, containerDn: rule.containerDn.trim() })),
    movesAccounts: draft.movesAccounts,
  }
  const [asked] = useDebouncedValue(isComplete ? update : undefined, 300)
  const discard = (): void => {
    setEdited(undefined)
    setIsAsked(false)
  }
  return (
    <Section
      title="Containers by rule"
      detail="New accounts are made in the container of the first rule that fits, else in the container for new users."
    >
      <div className="portal-form">
        <RuleList
          rules={rules}
          readOnly={denied !== undefined}
          isAsked={isAsked}
          faultOf={faultOf}
          onChange={(containerRules) => setEdited({ ...draft, containerRules })}
        />
        <Checkbox
          label="Existing accounts follow too"
          description="Accounts of users of this hub are moved when another rule fits. Off, they stay where they are. The service account of the sync agent needs the right to delete users for it."
          disabled={denied !== undefined}
          checked={draft.movesAccounts}
          onChange={(event) => setEdited({ ...draft, movesAccounts: event.currentTarget.checked })}
        />
        {(rules.length > 0 || dirty) && <ContainerPreview directoryId={directory.id} asked={asked} />}
        <ReviewSettings
          directory={directory}
          change={{ update, changes: changesOf(stored, draft) }}
          denied={denied}
          dirty={dirty}
          check={() => {
            setIsAsked(true)
            return isComplete
          }}
          onSaved={discard}
          onDiscard={discard}
        />
      </div>
      <UnsavedGuard dirty={dirty} />
    </Section>
  )
}

interface RuleListProps {
  readonly rules: readonly ContainerRule[]
  readonly readOnly: boolean
  readonly isAsked: boolean
  readonly faultOf: (rule: ContainerRule) => string | undefined
  readonly onChange: (rules: readonly ContainerRule[]) => void
}

function RuleList({ rules, readOnly, isAsked, faultOf, onChange }: RuleListProps): ReactElement {
  return (
    <>
      {rules.map((rule, index) => (
        // A rule has no identity of its own beside its place.
        <ContainerRuleEditor
          key={`rule ${index + 1}`}
          {...{ rule, index, isAsked, readOnly }}
          isLast={index === rules.length - 1}
          fault={faultOf(rule)}
          onChange={(next) => onChange(rules.map((each, at) => (at === index ? next : each)))}
          onMove={(by) => onChange(movedRule(rules, { index, by }))}
          onRemove={() => onChange(rules.filter((_, at) => at !== index))}
        />
      ))}
      {!readOnly && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={rules.length >= rulesLimit}
            onClick={() => onChange([...rules, emptyRule])}
          >
            Add rule
          </Button>
        </div>
      )}
    </>
  )
}

function changesOf(before: Draft, after: Draft): Record<string, { before: unknown; after: unknown }> {
  const words = ({ containerRules }: Draft): readonly string[] =>
    containerRules.map((rule) => ruleWords(rule, () => 'a group'))
  const changes = {
    containerRules: { before: words(before), after: words(after) },
    movesAccounts: { before: before.movesAccounts, after: after.movesAccounts },
  }
  return Object.fromEntries(
    Object.entries(changes).filter(([, change]) => JSON.stringify(change.before) !== JSON.stringify(change.after)),
  )
}
