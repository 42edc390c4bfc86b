import type { MappingRow } from '@lockstep/contract/hub/integration'

/** A row of the table while it is edited; the key stays with the row. */
export interface DraftRow {
  readonly key: number
  readonly path: string
  readonly field: string
  readonly transform: string
}

/** Rows ready for editing. */
export function draftOf(rows: readonly MappingRow[]): readonly DraftRow[] {
  return rows.map(({ path, field, transform }, key) => ({ key, path, field, transform: transform ?? '' }))
}

/** With an empty row at the end. */
export function withNewRow(draft: readonly DraftRow[]): readonly DraftRow[] {
  const key = Math.max(-1, ...draft.map((row) => row.key)) + 1
  return [...draft, { key, path: '', field: '', transform: '' }]
}

/** The table as the hub takes it. */
export function rowsOf(draft: readonly DraftRow[]): MappingRow[] {
  return draft.map(({ path, field, transform }) => ({
    path: path.trim(),
    field: field.trim(),
    ...(transform === '' ? {} : { transform: transform as NonNullable<MappingRow['transform']> }),
  }))
}

/** The first row that is not filled in, by its key, with what is missing. */
export function missingIn(draft: readonly DraftRow[]): { readonly key: number; readonly words: string } | undefined {
  for (const { key, path, field } of draft) {
    if (path.trim() === '') return { key, words: 'Choose an attribute.' }
    if (field.trim() === '') return { key, words: 'Choose a field.' }
  }
  return undefined
}

/** The row of which the hub speaks: "mapping.3.path" is the fourth. */
export function faultyRow(draft: readonly DraftRow[], field: string | undefined): number | undefined {
  const index = /^mapping\.(\d+)\./u.exec(field ?? '')?.[1]
  return index === undefined ? undefined : draft[Number(index)]?.key
}

/** A request's body, when it is an object in JSON. */
export function sampleOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    // Half-typed JSON is no object yet; the form says so.
    return undefined
  }
}

/** What a client sends for a new user. */
export const firstSample = JSON.stringify(
  {
    userName: 'jane.doe@example.com',
    externalId: '1701984',
    active: true,
    displayName: 'Jane Doe',
    nickName: 'Janie',
    name: { givenName: 'Jane', familyName: 'Doe' },
    title: 'Engineer',
    emails: [{ value: 'jane.doe@example.com', type: 'work', primary: true }],
    phoneNumbers: [{ value: '+49 30 901820', type: 'mobile' }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      employeeNumber: '701984',
      department: 'Engineering',
      division: 'Platform',
    },
  },
  undefined,
  2,
)
