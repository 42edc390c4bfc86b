import { Section } from '@lockstep/ui/section'
import { Select } from '@mantine/core'
import type { ReactElement } from 'react'
import { type ColumnMatch, columnOptions } from './import-columns.ts'
import type { ImportSource } from './read-source.ts'

interface MatchColumnsProps {
  readonly source: ImportSource
  readonly match: ColumnMatch
  readonly isRemembered: boolean
  readonly fault: string | undefined
  readonly onChange: (match: ColumnMatch) => void
}

const sampleRows = 3

/** Which column becomes which field. */
export function MatchColumns(props: MatchColumnsProps): ReactElement {
  const { source, match, onChange } = props
  return (
    <Section
      title="Columns"
      detail={
        props.isRemembered
          ? 'Matched as the last time a file had these columns.'
          : 'Matched by their names. Correct what is wrong.'
      }
    >
      <ul className="portal-rows portal-match-rows">
        {source.headers.map((header, index) => (
          // Headers may repeat; a column is known by its place.
          <li key={`column ${index + 1}`}>
            <div className="portal-who">
              <strong>{header === '' ? `Column ${index + 1}` : header}</strong>
              <span className="ls-dim ls-clip">
                {source.rows
                  .slice(0, sampleRows)
                  .map((cells) => cells[index] ?? '')
                  .filter((cell) => cell !== '')
                  .join(', ') || 'empty'}
              </span>
            </div>
            <Select
              aria-label={`Field for the column ${header === '' ? index + 1 : header}`}
              searchable
              allowDeselect={false}
              data={columnOptions(header).map(({ group, items }) => ({ group, items: [...items] }))}
              value={match[index] ?? ''}
              onChange={(field) => onChange(match.map((each, at) => (at === index ? (field ?? '') : each)))}
            />
          </li>
        ))}
      </ul>
      {props.fault !== undefined && <p className="portal-fault">{props.fault}</p>}
    </Section>
  )
}
