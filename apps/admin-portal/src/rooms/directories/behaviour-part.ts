import type { DirectoryBehaviour } from '@lockstep/contract/hub/directory'

/** What a part of a form of answers is given. */
export interface BehaviourPart {
  readonly behaviour: DirectoryBehaviour
  readonly denied: string | undefined
  readonly onChange: (part: Partial<DirectoryBehaviour>) => void
}
