import type { RoleCreate, RoleRow, ScopeGroup } from '@lockstep/contract/hub/role'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, Checkbox, TextInput } from '@mantine/core'
import { type ReactElement, useId } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { scopeWords, unlisted, widerScope, withoutImplied } from './scope-words.ts'

interface RoleFormProps {
  readonly role: RoleRow | undefined
  readonly groups: readonly ScopeGroup[]
  readonly onClose: () => void
}

/** Name, purpose and what a role of one's own allows. */
export function RoleForm({ role, groups, onClose }: RoleFormProps): ReactElement {
  const save = useAct({
    run: (input: RoleCreate) => (role ? hub.roles.update(role.id, input) : hub.roles.create(input)),
    done: (saved) => (role ? `${saved.name} saved` : `${saved.name} created`),
    touches: ['roles', 'administrators', 'service-accounts'],
    after: onClose,
  })
  const form = useForm({
    initial: { name: role?.name ?? '', description: role?.description ?? '', scopes: (role?.scopes ?? []).join(' ') },
    rules: { name: required('a name'), scopes: (text) => (text === '' ? 'Tick what the role allows.' : undefined) },
    onSubmit: ({ name, description, scopes }) =>
      save.mutateAsync({ name: name.trim(), description: description.trim(), scopes: scopes.split(' ') }),
  })
  const chosen = form.values.scopes.split(' ').filter((scope) => scope !== '')
  const choose = (scope: string, isOn: boolean): void => {
    const next = isOn ? [...chosen, scope] : chosen.filter((each) => each !== scope)
    form.set('scopes', withoutImplied(next).join(' '))
  }
  const others = unlisted(chosen, groups)
  const { error } = form.field('scopes')
  const faultId = useId()
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <TextInput label="Name" withAsterisk data-autofocus autoComplete="off" maxLength={100} {...form.field('name')} />
      <TextInput label="What it is for" autoComplete="off" maxLength={1000} {...form.field('description')} />
      {error !== undefined && (
        <p id={faultId} className="ls-ink-red" role="alert">
          {error}
        </p>
      )}
      <div className="settings-scopes">
        {groups.map((group) => (
          <ScopeChoice key={group.key} group={group} chosen={chosen} onChoose={choose} />
        ))}
      </div>
      {others.length > 0 && (
        <p className="ls-dim">The role also has {others.join(', ')}; they allow nothing here and are kept.</p>
      )}
      <FailureNotice error={form.failure} title="The role was not saved." unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy} disabled={role !== undefined && !form.dirty}>
          {role ? 'Save changes' : 'Create role'}
        </Button>
      </div>
    </form>
  )
}

interface ScopeChoiceProps {
  readonly group: ScopeGroup
  readonly chosen: readonly string[]
  readonly onChoose: (scope: string, isOn: boolean) => void
}

function ScopeChoice({ group, chosen, onChoose }: ScopeChoiceProps): ReactElement {
  return (
    <fieldset className="settings-scope-group">
      <legend>{group.name}</legend>
      <p className="ls-dim">{group.description}</p>
      {group.scopes.map((scope) => {
        const isImplied = widerScope(chosen, scope) !== undefined
        return (
          <Checkbox
            key={scope}
            size="xs"
            label={scopeWords(scope)}
            checked={isImplied || chosen.includes(scope)}
            disabled={isImplied}
            onChange={(event) => onChoose(scope, event.currentTarget.checked)}
          />
        )
      })}
    </fieldset>
  )
}
