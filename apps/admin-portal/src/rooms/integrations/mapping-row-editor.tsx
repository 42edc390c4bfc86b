import type { MappingVocabulary } from '@lockstep/contract/hub/integration'
import { ActionIcon, Autocomplete, Select, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import type { DraftRow } from './mapping-draft.ts'
import { transforms } from './settings-words.ts'

interface MappingRowEditorProps {
  readonly name: string
  readonly row: DraftRow
  readonly vocabulary: MappingVocabulary
  readonly error: string | undefined
  readonly onChange: (row: DraftRow) => void
  readonly onRemove: () => void
}

const asItIs = 'as_it_is'
const shownAtOnce = 50

/** One attribute and the field it becomes. */
export function MappingRowEditor(props: MappingRowEditorProps): ReactElement {
  const { name, row, vocabulary, error, onChange, onRemove } = props
  const fault = error === undefined ? {} : { 'aria-invalid': true as const }
  return (
    <div className="integration-row" role="group" aria-label={name}>
      <Autocomplete
        label="Attribute"
        description={extensionWords(row.path)}
        title={row.path}
        {...fault}
        error={error !== undefined}
        autoComplete="off"
        maxLength={330}
        limit={shownAtOnce}
        data={vocabulary.attributes.map(({ path }) => path)}
        value={row.path}
        onChange={(path) => onChange({ ...row, path })}
      />
      <Select
        label="Taken"
        allowDeselect={false}
        data={[
          { value: asItIs, label: 'as it is' },
          ...vocabulary.transforms.map((value) => ({ value, label: transforms[value] ?? value })),
        ]}
        value={row.transform === '' ? asItIs : row.transform}
        onChange={(next) => onChange({ ...row, transform: next === null || next === asItIs ? '' : next })}
      />
      <Autocomplete
        label="Field"
        description={extensionWords(row.field)}
        title={row.field}
        {...fault}
        error={error !== undefined}
        autoComplete="off"
        maxLength={330}
        limit={shownAtOnce}
        placeholder="jobTitle or attributes.NAME"
        data={vocabulary.fields.map(({ field }) => field)}
        value={row.field}
        onChange={(field) => onChange({ ...row, field })}
      />
      <Tooltip label="Remove">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Remove ${name.toLowerCase()}`}
          onClick={onRemove}
        >
          <IconTrash size={16} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
      {error !== undefined && (
        <p className="integration-fault" role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

/** What a long path of an extension ends in, because its field shows where it begins. */
function extensionWords(path: string): string | undefined {
  const [, schema, attribute] = /^urn:.*?([^:\d][^:]*)(?::\d[\d.]*)?(?::(?:User|Group))?:([^:]+)$/iu.exec(path) ?? []
  return schema === undefined ? undefined : `${attribute} of the ${schema} extension`
}
