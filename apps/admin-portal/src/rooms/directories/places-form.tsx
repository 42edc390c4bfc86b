import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { type FormErrors, required, validate } from '@lockstep/ui/form/form-rules'
import { Section } from '@lockstep/ui/section'
import { Textarea, TextInput } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useSession } from '../../session/use-session.ts'
import { containerFault, linesOf, namedPlaces, placeFault, placesFault } from '../domain-wizard/domain-draft.ts'
import { PlacesTree } from '../domain-wizard/places-tree.tsx'
import { placeNames } from './place-words.ts'
import { type ReviewedChange, ReviewSettings } from './review-settings.tsx'

const fields = [
  ['rootDn', 'Only users and groups below it are read or written.'],
  ['furtherRootDns', 'Where not everybody is below one. One a line; may stay empty.'],
  ['integrationGroupDn', 'Its members, direct or nested, are kept in lockstep.'],
  ['userContainerDn', 'Where accounts of users who are connected here are made.'],
  ['groupContainerDn', 'Where groups that are connected here are made.'],
  ['upnSuffix', 'What follows the @ in userPrincipalName of new accounts.'],
] as const
type PlaceField = (typeof fields)[number][0]
type PlaceValues = Readonly<Record<PlaceField, string>>

function valuesOf(directory: DirectoryDetail): PlaceValues {
  const { rootDn, furtherRootDns, integrationGroupDn, userContainerDn, groupContainerDn, upnSuffix } = directory
  return {
    rootDn,
    furtherRootDns: furtherRootDns.join('\n'),
    integrationGroupDn,
    userContainerDn,
    groupContainerDn,
    upnSuffix,
  }
}

function faultsOf(values: PlaceValues, baseDn: string): FormErrors<PlaceValues> {
  const roots = [values.rootDn, ...linesOf(values.furtherRootDns)]
  return validate(values, {
    rootDn: (dn) => required('the root container')(dn) ?? placeFault(dn, baseDn),
    furtherRootDns: (text) => placesFault(text, baseDn),
    integrationGroupDn: (dn) => required('the integration group')(dn) ?? placeFault(dn, baseDn),
    userContainerDn: (dn) => required('a container')(dn) ?? containerFault(dn, { baseDn, roots }),
    groupContainerDn: (dn) => required('a container')(dn) ?? containerFault(dn, { baseDn, roots }),
    upnSuffix: (suffix) => required('the suffix')(suffix),
  })
}

/** Where in the domain the hub works, with what lies inside what. */
export function PlacesForm({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('directories.write')
  const stored = valuesOf(directory)
  const [draft, setDraft] = useState<Partial<PlaceValues>>({})
  const [shown, setShown] = useState<ReadonlySet<PlaceField>>(new Set())
  const values = { ...stored, ...draft }
  const changed = fields.map(([field]) => field).filter((field) => values[field].trim() !== stored[field])
  const faults = faultsOf(values, directory.baseDn)
  const discard = (): void => {
    setDraft({})
    setShown(new Set())
  }
  const check = (): boolean => {
    setShown(new Set(fields.map(([field]) => field)))
    const [first] = Object.keys(faults)
    if (first !== undefined) document.getElementsByName(first)[0]?.focus()
    return first === undefined
  }
  return (
    <Section
      title="Places"
      detail="Where in the domain the hub works. Who is not below a root container any more leaves the scope, which is shown before it is saved."
    >
      <div className="portal-form">
        {fields.map(([field, description]) => {
          const Input = field === 'furtherRootDns' ? Textarea : TextInput
          return (
            <Input
              key={field}
              name={field}
              label={placeNames[field]}
              description={description}
              readOnly={denied !== undefined}
              autoComplete="off"
              spellCheck={false}
              {...(field === 'furtherRootDns' ? { autosize: true, minRows: 1 } : {})}
              value={values[field]}
              error={shown.has(field) ? faults[field] : undefined}
              onBlur={() => setShown((before) => new Set([...before, field]))}
              onChange={(event) => {
                const { value } = event.currentTarget
                setDraft((before) => ({ ...before, [field]: value }))
              }}
            />
          )
        })}
        <PlacesTree
          places={namedPlaces({
            baseDn: directory.baseDn,
            roots: [values.rootDn, ...linesOf(values.furtherRootDns)],
            users: values.userContainerDn,
            groups: values.groupContainerDn,
            integrationGroup: values.integrationGroupDn,
          })}
        />
        <ReviewSettings
          directory={directory}
          change={reviewed(stored, values, changed)}
          denied={denied}
          dirty={changed.length > 0}
          check={check}
          onSaved={discard}
          onDiscard={discard}
        />
      </div>
      <UnsavedGuard dirty={changed.length > 0} />
    </Section>
  )
}

function reviewed(stored: PlaceValues, values: PlaceValues, changed: readonly PlaceField[]): ReviewedChange {
  const shape = (field: PlaceField, text: string): string | string[] =>
    field === 'furtherRootDns' ? [...linesOf(text)] : text.trim()
  return {
    update: Object.fromEntries(changed.map((field) => [field, shape(field, values[field])] as const)),
    changes: Object.fromEntries(
      changed.map(
        (field) => [field, { before: shape(field, stored[field]), after: shape(field, values[field]) }] as const,
      ),
    ),
  }
}
