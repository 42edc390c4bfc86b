import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { saveFile } from '../save-file.ts'

interface RecoveryCodesProps {
  readonly codes: readonly string[]
  /** Whose they are, for the paper and the file. */
  readonly account: string
  readonly action: string
  readonly onDone: () => void
}

/** New recovery codes, the only time that they are seen. */
export function RecoveryCodes({ codes, account, action, onDone }: RecoveryCodesProps): ReactElement {
  const title = `Recovery codes of ${account} for Lockstep`
  const text = `${title}\nEach works once.\n\n${codes.join('\n')}\n`
  return (
    <div className="ls-stack">
      <p>
        <strong>Keep these codes where you find them without your phone.</strong> Each lets you in once when you have no
        other second factor at hand. They are shown only now.
      </p>
      <div className="portal-print">
        <p className="portal-print-only">{title}. Each works once.</p>
        <ul className="portal-recovery" aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
      <div className="ls-actions">
        <CopyButton value={text} timeout={2_000}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
              autoFocus
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => saveFile('lockstep-recovery-codes.txt', 'text/plain', text)}
        >
          Download
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPrinter size={14} aria-hidden />}
          onClick={() => window.print()}
        >
          Print
        </Button>
      </div>
      <div className="ls-dialog-actions">
        <Button onClick={onDone}>{action}</Button>
      </div>
    </div>
  )
}
