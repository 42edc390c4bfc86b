import { Skeleton } from '@mantine/core'
import type { ReactElement } from 'react'

const lines = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']

/** The shape of the rows that are on their way. */
export function SkeletonRows({ columns }: { readonly columns: number }): ReactElement {
  const cells = Array.from({ length: columns }, (_, index) => String(index))
  return (
    <tbody>
      {lines.map((line) => (
        <tr key={line} aria-hidden>
          {cells.map((cell) => (
            <td key={cell} className="ls-cell">
              <Skeleton height={12} width={cell === '0' ? 160 : 90} radius={3} />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
