import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { ReactElement } from 'react'
import { BehaviourForm } from './behaviour-form.tsx'
import { CaptureForm } from './capture-form.tsx'
import { ConfigurationSection } from './configuration-section.tsx'
import { ContainersForm } from './containers-form.tsx'
import { DelegationForm } from './delegation-form.tsx'
import { DeleteDirectory } from './delete-directory.tsx'
import { ImportForm } from './import-form.tsx'
import { PlacesForm } from './places-form.tsx'

/** How the domain is managed, how the hub behaves toward it, what is imported, and where in the domain it works. */
export function DirectorySettings({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  return (
    <>
      <ConfigurationSection directory={directory} />
      <DelegationForm directory={directory} />
      <CaptureForm directory={directory} />
      <BehaviourForm directory={directory} />
      <ImportForm directory={directory} />
      <PlacesForm directory={directory} />
      <ContainersForm directory={directory} />
      <DeleteDirectory directory={directory} />
    </>
  )
}
