import type { FormValues } from '@lockstep/ui/form/form-rules'
import { type Form, useForm } from '@lockstep/ui/form/use-form'
import { Button, Textarea, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { baseDnOf } from './dn.ts'
import {
  containerFault,
  type DomainDraft,
  draftPlaces,
  linesOf,
  namedPlaces,
  placeFault,
  placesFault,
} from './domain-draft.ts'
import { domainName } from './domain-fields.ts'
import { PlacesTree } from './places-tree.tsx'

interface PlacesStepProps {
  readonly draft: DomainDraft
  readonly onChange: (part: Partial<DomainDraft>) => void
  readonly onNext: () => void
  readonly onBack: () => void
}

type PlaceField = 'domain' | 'rootDn' | 'furtherRootDns' | 'integrationGroupDn' | 'userContainerDn' | 'groupContainerDn'

const inputs: readonly { readonly name: PlaceField; readonly label: string; readonly description: string }[] = [
  { name: 'domain', label: 'Domain', description: 'As DNS knows it, for instance corp.example.' },
  {
    name: 'rootDn',
    label: 'Root container',
    description: 'Only users and groups below it are read or written. Empty: the whole domain.',
  },
  {
    name: 'furtherRootDns',
    label: 'Further root containers',
    description: 'Where not everybody is below one. One a line; may stay empty.',
  },
  {
    name: 'integrationGroupDn',
    label: 'Integration group',
    description: 'Its members, direct or nested, are kept in lockstep. The commands of a later step create it.',
  },
  {
    name: 'userContainerDn',
    label: 'Container for new users',
    description: 'Where accounts of users who are connected here are made. Empty: the root container.',
  },
  {
    name: 'groupContainerDn',
    label: 'Container for new groups',
    description: 'Where groups that are connected here are made. Empty: the root container.',
  },
]

/** The domain's name, and where in it the hub works. */
export function PlacesStep({ draft, onChange, onNext, onBack }: PlacesStepProps): ReactElement {
  const { domain, rootDn, furtherRootDns, integrationGroupDn, userContainerDn, groupContainerDn } = draft
  const places = (values: object) => draftPlaces({ ...draft, ...values })
  const form = useForm({
    initial: { domain, rootDn, furtherRootDns, integrationGroupDn, userContainerDn, groupContainerDn },
    rules: {
      domain: domainName,
      rootDn: (dn, values) => placeFault(dn, places(values).baseDn),
      furtherRootDns: (text, values) => placesFault(text, places(values).baseDn),
      integrationGroupDn: (dn, values) => placeFault(dn, places(values).baseDn),
      userContainerDn: (dn, values) => containerFault(dn, places(values)),
      groupContainerDn: (dn, values) => containerFault(dn, places(values)),
    },
    onSubmit: async (values) => {
      onChange(values)
      onNext()
    },
  })
  const standard = places({ ...form.values, integrationGroupDn: '' })
  const placeholders: Partial<Record<PlaceField, string>> = {
    rootDn: `OU=Company,${standard.baseDn || 'DC=corp,DC=example'}`,
    integrationGroupDn: standard.baseDn === '' ? '' : standard.integrationGroup,
  }
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="wizard-columns">
      <div className="portal-form">
        {inputs.map(({ name, label, description }) => (
          <PlaceInput
            key={name}
            label={label}
            description={description}
            placeholder={placeholders[name]}
            field={form.field(name)}
            onLeave={() => onChange(form.values)}
          />
        ))}
        <div className="ls-actions">
          <Button type="submit">Continue</Button>
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        </div>
      </div>
      <Nesting draft={{ ...draft, ...form.values }} />
    </form>
  )
}

interface PlaceInputProps {
  readonly label: string
  readonly description: string
  readonly placeholder: string | undefined
  readonly field: ReturnType<Form<FormValues>['field']>
  /** The draft is kept whenever a field is left. */
  readonly onLeave: () => void
}

function PlaceInput({ label, description, placeholder, field, onLeave }: PlaceInputProps): ReactElement {
  const isList = field.name === 'furtherRootDns'
  const Input = isList ? Textarea : TextInput
  return (
    <Input
      label={label}
      description={description}
      placeholder={placeholder}
      withAsterisk={field.name === 'domain'}
      autoComplete="off"
      spellCheck={false}
      {...(isList ? { autosize: true, minRows: 1 } : {})}
      {...field}
      onBlur={(event) => {
        field.onBlur(event)
        onLeave()
      }}
    />
  )
}

function Nesting({ draft }: { readonly draft: DomainDraft }): ReactElement {
  const isKnown = baseDnOf(draft.domain) !== undefined
  const roots = linesOf(draft.furtherRootDns).length > 0 ? 'containers' : 'container'
  return (
    <div className="ls-stack">
      <h2>What lies inside what</h2>
      {isKnown ? (
        <PlacesTree places={namedPlaces(draftPlaces(draft))} />
      ) : (
        <p className="ls-dim">Enter the domain to see it.</p>
      )}
      {isKnown && (
        <p className="ls-dim">
          Move nobody out of the root {roots} later who is to stay in lockstep: leaving it counts as leaving the
          integration group.
        </p>
      )}
    </div>
  )
}
