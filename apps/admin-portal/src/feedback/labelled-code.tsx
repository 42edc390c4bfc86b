import { CodeBlock } from '@lockstep/ui/code-block'
import type { ReactElement } from 'react'

/** Text to take elsewhere, under its name. */
export function LabelledCode({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  return (
    <div>
      <p className="portal-label" aria-hidden>
        {label}
      </p>
      <CodeBlock label={label} text={text} />
    </div>
  )
}
