import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { ReactElement } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { ReviewSettings } from './review-settings.tsx'
import type { useBehaviourDraft } from './use-behaviour-draft.ts'

interface ReviewAnswersProps {
  readonly directory: DirectoryDetail
  readonly draft: ReturnType<typeof useBehaviourDraft>
  readonly denied: string | undefined
}

/** Saves answers that were changed, after a look at what they would do; leaving with unsaved ones is asked about. */
export function ReviewAnswers({ directory, draft, denied }: ReviewAnswersProps): ReactElement {
  const { change, dirty, discard } = draft
  return (
    <>
      <ReviewSettings {...{ directory, change, denied, dirty }} onSaved={discard} onDiscard={discard} />
      <UnsavedGuard dirty={dirty} />
    </>
  )
}
