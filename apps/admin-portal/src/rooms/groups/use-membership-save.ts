import type { GroupDetail, RulePreview } from '@lockstep/contract/hub/group'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { groupQuery } from '../../hub/queries.ts'
import { membershipInput, type MembershipValues, ruleOf } from './membership-values.ts'
import type { WrittenRule } from './rule-conditions.ts'
import { previewRows } from './use-rule-preview.ts'

interface SavedMembership {
  readonly group: GroupDetail
  readonly values: MembershipValues
  readonly onSaved: () => void
}

interface MembershipSave {
  /** False when the rule lacks something, so that nothing was begun. */
  readonly submit: () => boolean
  /** Drops what an earlier attempt was answered. */
  readonly forget: () => void
  readonly isBusy: boolean
  readonly isSaving: boolean
  readonly error: Error | null
  /** Whom the rule as it was submitted would not keep. */
  readonly leaving: RulePreview['leaving']
  readonly warning: { readonly opened: boolean; readonly onConfirm: () => void; readonly onClose: () => void }
}

/** Saves how a group gets its members; where a rule makes members leave, only after that was confirmed. */
export function useMembershipSave({ group, values, onSaved }: SavedMembership): MembershipSave {
  const queries = useQueryClient()
  const [warned, setWarned] = useState(false)
  const save = useAct({
    run: () => hub.groups.update(group.id, { ...membershipInput(values), revision: group.revision }),
    done: (fresh) => `Membership of ${fresh.name} saved`,
    touches: ['groups', 'users', `members.${group.id}`],
    after: (fresh) => {
      // The group's page shows what was saved before it asks for more.
      queries.setQueryData(groupQuery(group.id).queryKey, fresh)
      onSaved()
    },
  })
  // What is shown may be about an earlier rule, or old: who leaves is asked for once more before it is saved.
  const check = useMutation({
    mutationFn: (asked: WrittenRule) =>
      hub.groups.preview({
        memberQuery: asked,
        groupId: group.id,
        memberQueryExemptions: [...values.exemptions],
        limit: previewRows,
      }),
    onSuccess: ({ leaving }) => {
      if (values.method === 'DYNAMIC_AUTOMATED' && leaving !== undefined && leaving.total > 0) setWarned(true)
      else save.mutate()
    },
  })
  const isBusy = check.isPending || save.isPending
  return {
    submit: () => {
      if (isBusy) return true
      const { rule } = ruleOf(values)
      if (values.method === 'STATIC') save.mutate()
      else if (rule !== undefined) check.mutate(rule)
      else return false
      return true
    },
    forget: () => {
      save.reset()
      check.reset()
    },
    isBusy,
    isSaving: save.isPending,
    error: check.error ?? save.error,
    leaving: check.data?.leaving,
    warning: {
      opened: warned,
      onConfirm: () => {
        setWarned(false)
        save.mutate()
      },
      onClose: () => setWarned(false),
    },
  }
}
