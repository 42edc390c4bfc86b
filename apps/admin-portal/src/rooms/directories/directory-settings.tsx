import type { DirectoryBehaviour, DirectoryDetail, DirectoryUpdate } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { Button, Radio, Switch, TextInput } from '@mantine/core'
import { type ReactElement, type SyntheticEvent, useState } from 'react'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { required } from '../../form/form-rules.ts'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useForm } from '../../form/use-form.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { behaviourQuestions } from '../../words/behaviour-words.ts'
import { DeleteDirectory } from './delete-directory.tsx'

/** How the hub behaves toward the domain, and where in the domain it works. */
export function DirectorySettings({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  return (
    <>
      <BehaviourForm directory={directory} />
      <PlacesForm directory={directory} />
      <DeleteDirectory directory={directory} />
    </>
  )
}

function useSave(directory: DirectoryDetail) {
  return useAct({
    run: (change: DirectoryUpdate) => hub.directories.update(directory.id, change),
    done: `Settings of ${directory.name} saved`,
    touches: ['directories'],
  })
}

function BehaviourForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const save = useSave(directory)
  const [change, setChange] = useState<Partial<DirectoryBehaviour>>({})
  const behaviour = { ...directory.behaviour, ...change }
  const dirty = Object.entries(change).some(
    ([field, value]) => value !== directory.behaviour[field as keyof DirectoryBehaviour],
  )
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    save.mutate({ behaviour: change }, { onSuccess: () => setChange({}) })
  }
  return (
    <Section title="Behaviour" detail={denied ?? 'What happens here when something happens in the domain.'}>
      <form onSubmit={submit} className="portal-form">
        {behaviourQuestions.map(({ field, question, choices }) => (
          <Radio.Group
            key={field}
            label={question}
            value={behaviour[field]}
            onChange={(value) => setChange((before) => ({ ...before, [field]: value }))}
            readOnly={denied !== undefined}
          >
            <div className="ls-stack portal-radios">
              {choices.map(({ value, label, effect }) => (
                <Radio key={value} value={value} label={label} description={effect} disabled={denied !== undefined} />
              ))}
            </div>
          </Radio.Group>
        ))}
        <Switch
          label="Read additional attributes"
          description="Department, title, phones, addresses, manager and the like, beside names and e-mail."
          checked={behaviour.additionalAttributes}
          disabled={denied !== undefined}
          onChange={(event) => {
            const { checked } = event.currentTarget
            setChange((before) => ({ ...before, additionalAttributes: checked }))
          }}
        />
        <FailureNotice error={save.error} title="The behaviour was not saved." unchanged="Nothing was changed." />
        <SaveRow
          dirty={dirty}
          busy={save.isPending}
          denied={denied}
          text="Save behaviour"
          onDiscard={() => setChange({})}
        />
      </form>
      <UnsavedGuard dirty={dirty} />
    </Section>
  )
}

interface SaveRowProps {
  readonly dirty: boolean
  readonly busy: boolean
  readonly denied: string | undefined
  readonly text: string
  readonly onDiscard: () => void
}

function SaveRow({ dirty, busy, denied, text, onDiscard }: SaveRowProps): ReactElement | null {
  if (denied !== undefined) return null
  return (
    <div className="ls-actions">
      <Button type="submit" loading={busy} disabled={!dirty}>
        {text}
      </Button>
      {dirty && (
        <Button variant="default" onClick={onDiscard}>
          Discard changes
        </Button>
      )}
    </div>
  )
}

const places = [
  ['rootDn', 'Root container', 'Only users and groups below it are touched.'],
  ['integrationGroupDn', 'Integration group', 'Its members, direct or nested, are kept in lockstep.'],
  ['userContainerDn', 'Container for new users', 'Where accounts of users who are bound here are created.'],
  ['groupContainerDn', 'Container for new groups', 'Where groups that are bound here are created.'],
  ['upnSuffix', 'Suffix of long logon names', 'What follows the @ in userPrincipalName.'],
] as const

function PlacesForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const save = useSave(directory)
  const { rootDn, integrationGroupDn, userContainerDn, groupContainerDn, upnSuffix } = directory
  const form = useForm({
    initial: { rootDn, integrationGroupDn, userContainerDn, groupContainerDn, upnSuffix },
    rules: { rootDn: required('the root container'), integrationGroupDn: required('the integration group') },
    onSubmit: (_, changed) => save.mutateAsync(changed),
  })
  return (
    <Section
      title="Places"
      detail="Where in the domain the hub works. Changing them makes the import agent read everything again."
    >
      <form ref={form.ref} onSubmit={form.submit} noValidate className="portal-form">
        {places.map(([field, label, description]) => (
          <TextInput
            key={field}
            label={label}
            description={description}
            readOnly={denied !== undefined}
            autoComplete="off"
            {...form.field(field)}
          />
        ))}
        <FailureNotice error={form.failure} title="The places were not saved." unchanged="Nothing was changed." />
        <SaveRow dirty={form.dirty} busy={form.busy} denied={denied} text="Save places" onDiscard={form.discard} />
      </form>
    </Section>
  )
}
