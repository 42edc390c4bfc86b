import type { ReactElement } from 'react'
import { addressLines, typeWords } from './contact-words.ts'
import { readRows, rowName, type RowsField } from './contact-rows.ts'

/** A user's phone numbers or addresses as they are read, each with its type. */
export function RowFacts({ field, text }: { readonly field: RowsField; readonly text: string }): ReactElement {
  const rows = readRows(text)
  if (rows.length === 0) return <span className="ls-dim">empty</span>
  return (
    <ul className="portal-stacked">
      {rows.map((row, index) => (
        <li key={rowName(field, index)}>
          <span className="ls-dim">{typeWords(row['type'] ?? '')}: </span>
          {field === 'phoneNumbers' ? (
            <span>{row['number']}</span>
          ) : (
            <address className="portal-address">
              {addressLines(row).map((line) => (
                <span key={line}>{line}</span>
              ))}
            </address>
          )}
        </li>
      ))}
    </ul>
  )
}
