import type { DirectoryDetail, DirectoryProblem } from '@lockstep/contract/hub/directory'
import type { ResolutionCreate } from '@lockstep/contract/hub/directory-change'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Radio, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactElement, useRef, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { resolutionsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { isResolvable, renameFields, resolutionChoices, resolutionOf } from './resolution-words.ts'

interface ResolveProblemProps {
  readonly directory: DirectoryDetail
  readonly problem: DirectoryProblem
}

/** Decides how the clash of an object of the domain with somebody here ends. */
export function ResolveProblem({ directory, problem }: ResolveProblemProps): ReactElement | null {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const decided = useQuery(resolutionsQuery(directory.id)).data?.items ?? []
  if (!isResolvable(problem)) return null
  if (decided.some(({ guid }) => guid === problem.guid)) return <span className="ls-dim">Decided</span>
  return (
    <>
      <ActionButton
        variant="default"
        size="compact-xs"
        denied={denial('directories.write')}
        aria-label={`Resolve ${problem.name}`}
        onClick={() => setOpened(true)}
      >
        Resolve
      </ActionButton>
      {opened && <Question directory={directory} problem={problem} onClose={() => setOpened(false)} />}
    </>
  )
}

function Question({
  directory,
  problem,
  onClose,
}: ResolveProblemProps & { readonly onClose: () => void }): ReactElement {
  const choices = resolutionChoices(problem)
  const [action, setAction] = useState<ResolutionCreate['action']>(choices[0]?.action ?? 'ignore')
  const [names, setNames] = useState({ username: '', email: '', groupName: '' })
  const [fault, setFault] = useState<string>()
  const first = useRef<HTMLInputElement>(null)
  const fields = renameFields(problem)
  const act = useAct({
    run: (body: ResolutionCreate) => hub.directories.resolve(directory.id, problem.guid, body),
    done: `${problem.name} decided`,
    touches: ['directories', `problems.${directory.id}`, 'users', 'groups'],
    after: onClose,
  })
  const confirm = (): void => {
    const body = resolutionOf(action, names)
    if (body !== undefined) return act.mutate(body)
    setFault(fields.length === 1 ? 'Enter a name.' : 'Enter a username, an e-mail address, or both.')
    first.current?.focus()
  }
  return (
    <ConfirmDialog
      opened
      title={`How is ${problem.name} resolved?`}
      action="Resolve"
      busy={act.isPending}
      error={<FailureNotice error={act.error} title="It was not resolved." unchanged="Nothing was changed." />}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{problem.detail}</p>
      <Radio.Group
        label="What is done"
        value={action}
        onChange={(next) => setAction(choices.find((each) => each.action === next)?.action ?? action)}
      >
        <div className="ls-stack portal-radios">
          {choices.map((choice) => (
            <Fragment key={choice.action}>
              <Radio value={choice.action} label={choice.label} description={choice.effect} />
              {choice.action === 'rename' && action === 'rename' && (
                <div className="ls-stack portal-under-radio">
                  {fields.map((field, index) => (
                    <TextInput
                      key={field}
                      {...(index === 0 ? { ref: first, error: fault } : {})}
                      label={nameLabels[field]}
                      description={fields.length > 1 ? 'Left empty, it is as in the domain.' : undefined}
                      value={names[field]}
                      autoComplete="off"
                      onChange={(event) => {
                        const { value } = event.currentTarget
                        setFault(undefined)
                        setNames((before) => ({ ...before, [field]: value }))
                      }}
                    />
                  ))}
                </div>
              )}
            </Fragment>
          ))}
        </div>
      </Radio.Group>
      <p className="ls-dim">The decision is kept, followed from then on, and can be taken back.</p>
    </ConfirmDialog>
  )
}

const nameLabels = {
  username: 'Username here',
  email: 'E-mail address here',
  groupName: 'Name of the group here',
} as const
