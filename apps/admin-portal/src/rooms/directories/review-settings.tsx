import type { DirectoryDetail, DirectoryUpdate } from '@lockstep/contract/hub/directory'
import { Diff } from '@lockstep/ui/diff'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoryPreviewQuery } from '../../hub/queries.ts'
import { isRefused, PreviewEffects } from './preview-effects.tsx'
import { settingName, settingWords } from './setting-words.tsx'

export interface ReviewedChange {
  readonly update: DirectoryUpdate
  /** Old and new value of every setting that changes. */
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>
}

interface ReviewSettingsProps {
  readonly directory: DirectoryDetail
  readonly change: ReviewedChange
  readonly denied: string | undefined
  readonly dirty: boolean
  /** False while what is filled in cannot be sent; tells the form to say why. */
  readonly check?: () => boolean
  readonly onSaved: () => void
  readonly onDiscard: () => void
}

/** Saves settings in two steps: first what they would do to whom, then the change. */
export function ReviewSettings(props: ReviewSettingsProps): ReactElement | null {
  const { directory, change, denied, dirty, check, onSaved, onDiscard } = props
  const [asked, setAsked] = useState<ReviewedChange>()
  if (denied !== undefined) return null
  return (
    <div className="ls-actions">
      <Button disabled={!dirty} onClick={() => (check?.() ?? true) && setAsked(change)}>
        Review and save
      </Button>
      {dirty && (
        <Button variant="default" onClick={onDiscard}>
          Discard changes
        </Button>
      )}
      <Modal
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={`Change the settings of ${directory.name}?`}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {asked && (
          <Review
            directory={directory}
            change={asked}
            onClose={() => setAsked(undefined)}
            onSaved={() => {
              setAsked(undefined)
              onSaved()
            }}
          />
        )}
      </Modal>
    </div>
  )
}

interface ReviewProps {
  readonly directory: DirectoryDetail
  readonly change: ReviewedChange
  readonly onClose: () => void
  readonly onSaved: () => void
}

function Review({ directory, change, onClose, onSaved }: ReviewProps): ReactElement {
  const query = useQuery(directoryPreviewQuery(directory.id, change.update))
  const save = useAct({
    run: () => hub.directories.update(directory.id, change.update),
    done: `Settings of ${directory.name} saved`,
    touches: ['directories', 'users'],
    after: onSaved,
  })
  return (
    <div className="ls-stack">
      <Diff changes={change.changes} nameOf={settingName} wordsOf={settingWords} />
      <h3>What happens</h3>
      <QueryView query={query} what="The effects">
        {(preview) => <PreviewEffects preview={preview} />}
      </QueryView>
      <FailureNotice error={save.error} title="The settings were not saved." unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={save.isPending}
          disabled={query.data === undefined || isRefused(query.data)}
          onClick={() => save.mutate()}
        >
          Save settings
        </Button>
      </div>
    </div>
  )
}
