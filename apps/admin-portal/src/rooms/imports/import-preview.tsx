import { Section } from '@lockstep/ui/section'
import { type ReactElement, useState } from 'react'
import { Checkbox } from '@mantine/core'
import { counted, userStates } from '../../words/words.ts'
import type { ColumnMatch } from './import-columns.ts'
import type { ImportRow } from './import-rows.ts'
import { readTarget, targetName } from './import-targets.ts'

interface ImportPreviewProps {
  readonly rows: readonly ImportRow[]
  readonly match: ColumnMatch
}

const shownRows = 20

/** The first rows as they will be sent, each with what is wrong with it. */
export function ImportPreview({ rows, match }: ImportPreviewProps): ReactElement {
  const [faultyOnly, setFaultyOnly] = useState(false)
  const numbered = rows.map((row, index) => ({ row, number: index + 1 }))
  const faulty = numbered.filter(({ row }) => row.faults.length > 0)
  const isNarrowed = faultyOnly && faulty.length > 0
  const shown = (isNarrowed ? faulty : numbered).slice(0, shownRows)
  const fields = match.filter((field) => field !== '')
  const words =
    faulty.length === 0
      ? `${counted(rows.length, 'row')}, none with a fault that shows here.`
      : `${counted(rows.length, 'row')}. ${counted(faulty.length, 'row has faults', 'rows have faults')} and will be refused; the others go on.`
  return (
    <Section
      title="Preview"
      detail={words}
      actions={
        faulty.length > 0 && (
          <Checkbox
            label="Only rows with faults"
            checked={faultyOnly}
            onChange={(event) => setFaultyOnly(event.currentTarget.checked)}
          />
        )
      }
    >
      <div className="portal-csv" role="region" aria-label="First rows" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Faults</th>
              {fields.map((field) => (
                <th key={field} scope="col">
                  {targetName(field)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ row, number }) => (
              <tr key={number}>
                <th scope="row">{number}</th>
                <td className={row.faults.length === 0 ? 'ls-dim' : 'portal-fault'}>
                  {row.faults.join(' ') || 'none'}
                </td>
                {fields.map((field) => (
                  <td key={field}>{shownValue(row, field)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length && <p className="ls-dim">These are the first {counted(shown.length, 'row')}.</p>}
    </Section>
  )
}

function shownValue({ fields }: ImportRow, field: string): string {
  const value = readTarget(fields, field)
  if (value === undefined) return ''
  if (value === null || value === '') return 'cleared'
  const text = typeof value === 'string' ? value : ''
  return field === 'state' && text in userStates ? userStates[text as keyof typeof userStates].label : text
}
