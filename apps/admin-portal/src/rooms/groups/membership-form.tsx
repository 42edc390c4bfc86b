import { failureOf } from '@lockstep/ui/feedback/failure'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Button, Radio } from '@mantine/core'
import { type ReactElement, type SyntheticEvent, useRef, useState } from 'react'
import { Exemptions } from './exemptions.tsx'
import type { MembershipValues } from './membership-values.ts'
import { methodWords } from './membership-words.ts'
import { RuleEditor } from './rule-editor.tsx'

interface MembershipFormProps {
  readonly values: MembershipValues
  readonly onChange: (next: Partial<MembershipValues>) => void
  /** False when a field has to be mended first. */
  readonly onSubmit: () => boolean
  readonly onCancel: () => void
  readonly isBusy: boolean
  readonly refusal: unknown
}

const methods = ['STATIC', 'DYNAMIC_AUTOMATED', 'DYNAMIC_REVIEW_REQUIRED'] as const

/** How members come in, and the rule where one decides. */
export function MembershipForm(props: MembershipFormProps): ReactElement {
  const { values, onChange, onSubmit, onCancel, isBusy, refusal } = props
  const [asked, setAsked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const refused = refusal === undefined ? undefined : failureOf(refusal)
  const isAboutRule = refused?.field?.startsWith('memberQuery') === true
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (onSubmit()) return
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  return (
    <form ref={form} onSubmit={submit} noValidate className="portal-form portal-wide">
      <Radio.Group label="How members come in" value={values.method} onChange={(method) => onChange({ method })}>
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
      {values.method !== 'STATIC' && (
        <>
          <RuleEditor
            rule={values.rule}
            onChange={(rule) => onChange({ rule })}
            isAsked={asked}
            refused={isAboutRule ? refused : undefined}
          />
          <Exemptions userIds={values.exemptions} onChange={(exemptions) => onChange({ exemptions })} />
        </>
      )}
      {!isAboutRule && (
        <FailureNotice error={refusal} title="The membership was not saved." unchanged="Nothing was changed." />
      )}
      <div className="ls-actions">
        <Button type="submit" loading={isBusy}>
          Save membership
        </Button>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
