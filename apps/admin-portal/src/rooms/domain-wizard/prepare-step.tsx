import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { CodeBlock } from '@lockstep/ui/code-block'
import { Button, SegmentedControl } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { preparedDomain, serviceAccountDn, serviceAccounts } from './domain-places.ts'
import { sambaCommands } from './samba-commands.ts'
import { windowsCommands } from './windows-commands.ts'

const uses = {
  IMPORT: 'reads what everybody may read, and deleted objects',
  SYNC: 'makes and writes users and groups in the containers below, resets passwords of users it makes; it can delete nothing',
} as const

/** Commands that make the service accounts with the least rights, and the integration group. */
export function PrepareStep({
  directory,
  onNext,
}: {
  readonly directory: DirectoryDetail
  readonly onNext: () => void
}): ReactElement {
  const [system, setSystem] = useState('windows')
  const domain = preparedDomain(directory)
  const isWindows = system === 'windows'
  return (
    <div className="ls-stack">
      <p>
        The agents sign in to {directory.name} with accounts of their own, which belong to no administrators’ group.
        These commands make them, give them the rights that they need and no others, and make the integration group.
      </p>
      <ul className="wizard-list">
        {domain.kinds.map((kind) => (
          <li key={kind}>
            <strong>{serviceAccounts[kind]}</strong> ({serviceAccountDn(kind, directory.baseDn)}) {uses[kind]}.
          </li>
        ))}
        <li>
          <strong>{domain.group.name}</strong> in {domain.group.place}: put into it whom you want here, directly or by
          their groups.
        </li>
      </ul>
      <SegmentedControl
        className="wizard-segments"
        aria-label="Kind of domain controller"
        value={system}
        onChange={setSystem}
        data={[
          { value: 'windows', label: 'Windows Server' },
          { value: 'samba', label: 'Samba' },
        ]}
      />
      <p className="ls-dim">
        {isWindows
          ? 'Run them once in PowerShell on a domain controller or an administration machine, as a domain administrator. They ask for the new accounts’ passwords.'
          : 'Run them once as root on a domain controller. They ask for the new accounts’ passwords.'}
      </p>
      <CodeBlock
        label={isWindows ? 'commands for Windows Server' : 'commands for Samba'}
        text={isWindows ? windowsCommands(domain) : sambaCommands(domain)}
      />
      <div className="ls-actions">
        <Button onClick={onNext}>Continue</Button>
      </div>
    </div>
  )
}
