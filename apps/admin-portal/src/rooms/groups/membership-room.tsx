import type { GroupDetail, RulePreview } from '@lockstep/contract/hub/group'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { groupQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import { MembershipForm } from './membership-form.tsx'
import { type MembershipValues, ruleOf, startingValues } from './membership-values.ts'
import { People, RulePreviewPanel } from './rule-preview-panel.tsx'
import { useMembershipSave } from './use-membership-save.ts'
import { useRulePreview } from './use-rule-preview.ts'

/** How a group gets its members, and the rule that decides. */
export function MembershipRoom(): ReactElement {
  const { groupId } = useParams({ from: '/shell/groups/$groupId/membership' })
  return (
    <QueryView query={useQuery(groupQuery(groupId))} what="The group">
      {(group) => <Membership group={group} />}
    </QueryView>
  )
}

/** Keeps the group it began with: a change from elsewhere must not overwrite what is being typed. */
function Membership({ group: current }: { readonly group: GroupDetail }): ReactElement {
  const [group] = useState(current)
  const [values, setValues] = useState(() => startingValues(group))
  const [saved, setSaved] = useState(false)
  const navigate = useNavigate()
  const target = { to: '/groups/$groupId', params: { groupId: group.id } } as const
  const isRuled = values.method !== 'STATIC'
  const { rule, fault } = ruleOf(values)
  const preview = useRulePreview({
    rule: isRuled ? rule : undefined,
    groupId: group.id,
    exemptions: values.exemptions,
  })
  const saving = useMembershipSave({
    group,
    values,
    onSaved: () => {
      setSaved(true)
      void navigate({ ...target, ignoreBlocker: true })
    },
  })
  const change = (next: Partial<MembershipValues>): void => {
    setValues({ ...values, ...next })
    saving.forget()
  }
  return (
    <>
      <PageHeader title={`Membership of ${group.name}`} />
      <div className="portal-columns portal-rule-columns">
        <MembershipForm
          values={values}
          onChange={change}
          onSubmit={saving.submit}
          onCancel={() => void navigate(target)}
          isBusy={saving.isBusy}
          refusal={preview.error ?? saving.error ?? undefined}
        />
        {isRuled && (
          <div>
            <RulePreviewPanel
              preview={preview.error === undefined ? preview.preview : undefined}
              isBehind={preview.isBehind}
              isReviewed={values.method === 'DYNAMIC_REVIEW_REQUIRED'}
              waitsFor={
                fault !== undefined
                  ? 'Complete the conditions to see who matches.'
                  : preview.error === undefined
                    ? undefined
                    : 'The rule cannot be read yet.'
              }
            />
          </div>
        )}
      </div>
      <LeavingDialog {...saving.warning} leaving={saving.leaving} busy={saving.isSaving} />
      <UnsavedGuard dirty={!saved && JSON.stringify(values) !== JSON.stringify(startingValues(group))} />
    </>
  )
}

interface LeavingDialogProps {
  readonly leaving: RulePreview['leaving']
  readonly opened: boolean
  readonly busy: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

function LeavingDialog({ leaving, ...dialog }: LeavingDialogProps): ReactElement {
  const total = leaving?.total ?? 0
  return (
    <ConfirmDialog
      title={`Let ${counted(total, 'member')} leave?`}
      action={`Save, ${counted(total, 'member')} ${total === 1 ? 'leaves' : 'leave'}`}
      danger
      {...dialog}
    >
      <p>They do not match the rule, and lose what this group gives them. Exempt who should stay.</p>
      {leaving && <People of={leaving} label="Members who leave" />}
    </ConfirmDialog>
  )
}
