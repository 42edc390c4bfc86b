import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import type { ReactElement, ReactNode } from 'react'
import { counted } from '../../words/words.ts'

interface LossesDialogProps {
  readonly title: string
  readonly action: string
  readonly losses: readonly { readonly attribute: string; readonly values: number }[]
  readonly busy: boolean
  /** What would be lost is not known yet. */
  readonly blocked?: boolean
  readonly typedName?: string
  readonly error?: ReactNode
  readonly children?: ReactNode
  /** With the number of values that go. */
  readonly onConfirm: (values: number) => void
  readonly onClose: () => void
}

/** Says which values go before they do. */
export function LossesDialog({ losses, children, onConfirm, ...dialog }: LossesDialogProps): ReactElement {
  const total = losses.reduce((sum, { values }) => sum + values, 0)
  return (
    <ConfirmDialog {...dialog} opened danger onConfirm={() => onConfirm(total)}>
      {children}
      {total > 0 && (
        <>
          <p>{counted(total, 'value')} will be lost. This cannot be undone:</p>
          <ul className="declared-losses">
            {losses.map(({ attribute, values }) => (
              <li key={attribute}>
                <span className="ls-mono">{attribute}</span> {counted(values, 'value')}
              </li>
            ))}
          </ul>
        </>
      )}
    </ConfirmDialog>
  )
}
