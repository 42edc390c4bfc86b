import type { GroupDetail } from '@lockstep/contract/hub/group'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button, Radio } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, type SyntheticEvent, useRef, useState } from 'react'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { QueryView } from '../../feedback/query-view.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { failureOf } from '../../hub/failure.ts'
import { hub } from '../../hub/hub.ts'
import { groupQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import { Exemptions } from './exemptions.tsx'
import { methodWords } from './membership-words.ts'
import { RuleEditor } from './rule-editor.tsx'
import { People, RulePreviewPanel } from './rule-preview-panel.tsx'
import { membershipInput, type MembershipValues, ruleOf, startingValues } from './membership-values.ts'
import type { WrittenRule } from './rule-conditions.ts'
import { previewRows, useRulePreview } from './use-rule-preview.ts'

/** How a group gets its members, and the rule that decides. */
export function MembershipRoom(): ReactElement {
  const { groupId } = useParams({ from: '/shell/groups/$groupId/membership' })
  return (
    <QueryView query={useQuery(groupQuery(groupId))} what="The group">
      {(group) => <Membership group={group} />}
    </QueryView>
  )
}

const methods = ['STATIC', 'DYNAMIC_AUTOMATED', 'DYNAMIC_REVIEW_REQUIRED'] as const

/** Keeps the group it began with: a change from elsewhere must not overwrite what is being typed. */
function Membership({ group: current }: { readonly group: GroupDetail }): ReactElement {
  const [group] = useState(current)
  const [values, setValues] = useState(() => startingValues(group))
  const [asked, setAsked] = useState(false)
  const [warned, setWarned] = useState(false)
  const [saved, setSaved] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const navigate = useNavigate()
  const target = { to: '/groups/$groupId', params: { groupId: group.id } } as const
  const isRuled = values.method !== 'STATIC'
  const { rule, fault } = ruleOf(values)
  const preview = useRulePreview({
    rule: isRuled ? rule : undefined,
    groupId: group.id,
    exemptions: values.exemptions,
  })
  const save = useAct({
    run: () => hub.groups.update(group.id, { ...membershipInput(values), revision: group.revision }),
    done: (fresh) => `Membership of ${fresh.name} saved`,
    touches: ['groups', 'users', `members.${group.id}`],
    after: () => {
      setSaved(true)
      void navigate({ ...target, ignoreBlocker: true })
    },
  })
  const change = (next: Partial<MembershipValues>): void => {
    setValues({ ...values, ...next })
    save.reset()
    check.reset()
  }
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
  const leaving = check.data?.leaving
  const refusal = preview.error ?? check.error ?? save.error ?? undefined
  const refused = refusal === undefined ? undefined : failureOf(refusal)
  const isAboutRule = refused?.field?.startsWith('memberQuery') === true
  const isBusy = check.isPending || save.isPending
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (isBusy) return
    if (!isRuled) save.mutate()
    else if (rule !== undefined) check.mutate(rule)
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  return (
    <>
      <PageHeader title={`Membership of ${group.name}`} />
      <div className="portal-columns portal-rule-columns">
        <form ref={form} onSubmit={submit} noValidate className="portal-form portal-wide">
          <Radio.Group label="How members come in" value={values.method} onChange={(method) => change({ method })}>
            <div className="ls-stack portal-radios">
              {methods.map((method) => (
                <Radio
                  key={method}
                  value={method}
                  label={methodWords[method].label}
                  description={methodWords[method].detail}
                />
              ))}
            </div>
          </Radio.Group>
          {isRuled && (
            <>
              <RuleEditor
                rule={values.rule}
                onChange={(next) => change({ rule: next })}
                isAsked={asked}
                refused={isAboutRule ? refused : undefined}
              />
              <Exemptions userIds={values.exemptions} onChange={(exemptions) => change({ exemptions })} />
            </>
          )}
          {!isAboutRule && (
            <FailureNotice error={refusal} title="The membership was not saved." unchanged="Nothing was changed." />
          )}
          <div className="ls-actions">
            <Button type="submit" loading={isBusy}>
              Save membership
            </Button>
            <Button variant="default" onClick={() => void navigate(target)}>
              Cancel
            </Button>
          </div>
        </form>
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
      <ConfirmDialog
        opened={warned}
        title={`Let ${counted(leaving?.total ?? 0, 'member')} leave?`}
        action={`Save, ${counted(leaving?.total ?? 0, 'member')} ${leaving?.total === 1 ? 'leaves' : 'leave'}`}
        danger
        busy={save.isPending}
        onConfirm={() => {
          setWarned(false)
          save.mutate()
        }}
        onClose={() => setWarned(false)}
      >
        <p>They do not match the rule, and lose what this group gives them. Exempt who should stay.</p>
        {leaving && <People of={leaving} label="Members who leave" />}
      </ConfirmDialog>
      <UnsavedGuard dirty={!saved && JSON.stringify(values) !== JSON.stringify(startingValues(group))} />
    </>
  )
}
