import type { DirectoryPreview, DirectoryStep } from '@lockstep/contract/hub/directory-change'
import type { ReactElement } from 'react'
import { fieldName } from '../../words/words.ts'
import { inWords } from './place-words.ts'
import { StepList } from './step-list.tsx'

/** What a change would do, before it is made. */
export function PreviewEffects({ preview }: { readonly preview: DirectoryPreview }): ReactElement {
  const { steps, warnings, attributes } = preview
  return (
    <>
      {warnings.map((warning) => (
        <div key={warning} className="ls-notice ls-tone-amber">
          <div className="ls-notice-body">
            <p>{inWords(warning)}</p>
          </div>
        </div>
      ))}
      {steps.length === 0 ? (
        <p className="ls-dim">
          Takes effect at once. It adds, suspends and removes nobody; it counts for what happens from then on.
        </p>
      ) : (
        <StepList label="What happens" steps={steps.map((step) => withFieldNames(step, preview))} />
      )}
      {attributes.added.length > 0 && (
        <p>
          Read from then on: <span className="ls-mono">{attributes.added.join(', ')}</span>
        </p>
      )}
      {attributes.removed.length > 0 && (
        <p>
          Not read any more: <span className="ls-mono">{attributes.removed.join(', ')}</span>
        </p>
      )}
    </>
  )
}

/** A step about fields calls them as the forms do. */
function withFieldNames(step: DirectoryStep, { fields }: DirectoryPreview): DirectoryStep {
  const named = { read_only: fields.becomeReadOnly, writable: fields.becomeWritable }[step.key]
  return named === undefined ? step : { ...step, effect: `${named.map(fieldName).join(', ')}.` }
}

/** True when the hub would refuse the change. */
export function isRefused(preview: DirectoryPreview | undefined): boolean {
  return preview?.warnings.some((warning) => warning.startsWith('The change would be refused.')) ?? false
}
