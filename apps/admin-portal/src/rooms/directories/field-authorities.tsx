import type { FieldAuthority, SharedField } from '@lockstep/contract/hub/directory'
import { Select } from '@mantine/core'
import type { ReactElement } from 'react'
import { fieldAuthorities } from '../../words/configuration-words.ts'
import { sharedFields } from '../../words/import-words.ts'
import { fieldName } from '../../words/words.ts'
import type { BehaviourPart } from './behaviour-part.ts'

const choices: readonly FieldAuthority[] = ['directory', 'hub', 'both']

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Who decides on each field of users who came from the domain, where both sides manage users. */
export function FieldAuthorities({ behaviour, denied, onChange }: BehaviourPart): ReactElement {
  const change = (field: SharedField, value: FieldAuthority): void => {
    const { [field]: _gone, ...others } = behaviour.fieldAuthority
    // The domain's is what holds without a word.
    onChange({ fieldAuthority: value === 'directory' ? others : { ...others, [field]: value } })
  }
  return (
    <fieldset className="portal-fieldset">
      <legend>Who decides on the fields of users from the domain</legend>
      <p className="ls-dim">
        What Active Directory decides is read-only here. Where both may change a field, the later change counts, and
        when both changed it Active Directory’s does; the journal says what was lost.
      </p>
      <div className="portal-form-pair">
        {sharedFields.map((field) => (
          <Select
            key={field}
            label={fieldName(field)}
            allowDeselect={false}
            disabled={denied !== undefined}
            data={choices.map((value) => ({ value, label: capital(fieldAuthorities[value]) }))}
            value={behaviour.fieldAuthority[field] ?? 'directory'}
            onChange={(value) => change(field, choices.find((each) => each === value) ?? 'directory')}
          />
        ))}
      </div>
    </fieldset>
  )
}
