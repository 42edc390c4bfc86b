import type { ProvisioningAnswer, RequestOutcome } from '@lockstep/contract/hub/integration'
import type { Tone } from '@lockstep/ui/status-chip'

interface Worded {
  readonly label: string
  readonly tone: Tone
}

/** How requests end. */
export const outcomeWords: Readonly<Record<RequestOutcome, Worded>> = {
  done: { label: 'Done', tone: 'green' },
  held: { label: 'Held', tone: 'amber' },
  refused: { label: 'Refused', tone: 'amber' },
  failed: { label: 'Failed', tone: 'red' },
}

/** How it stands with somebody, in a word or two. */
export const answerWords: Readonly<Record<ProvisioningAnswer['answer'], Worded>> = {
  provisioned: { label: 'Provisioned', tone: 'green' },
  never_asked: { label: 'Never asked for', tone: 'grey' },
  refused: { label: 'Refused', tone: 'amber' },
  held: { label: 'Held', tone: 'amber' },
  deleted: { label: 'Deleted', tone: 'red' },
  suspended: { label: 'Suspended', tone: 'amber' },
  staged: { label: 'Staged', tone: 'blue' },
  owned_elsewhere: { label: 'Another integration’s', tone: 'grey' },
  not_owned: { label: 'No integration’s', tone: 'grey' },
}
