import { Section } from '@lockstep/ui/section'
import { Select } from '@mantine/core'
import type { ReactElement } from 'react'
import { type ColumnMatch, columnOptions, type ImportKind } from './import-columns.ts'
import type { ImportSource } from './read-source.ts'

interface MatchColumnsProps {
  readonly source: ImportSource
  readonly kind: ImportKind
  readonly match: ColumnMatch
  readonly isRemembered: boolean
  readonly fault: string | undefined
  readonly onChange: (match: ColumnMatch) => void
}

const sampleRows = 3

/** Which column becomes which field. */
export function MatchColumns(props: MatchColumnsProps): ReactElement {
  const { source, kind, match, onChange } = props
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
            <span className="ls-spring" />
            <Select
              aria-label={`Field for the column ${header === '' ? index + 1 : header}`}
              searchable
              allowDeselect={false}
              data={[...columnOptions(header, kind)]}
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
