import type { JournalVerification } from '@lockstep/contract/hub/journal'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Modal } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'

/** Checks the hash chain from its first entry to its last. */
export function VerifyButton(): ReactElement {
  const { denial } = useSession()
  const check = useMutation({ mutationFn: () => hub.journal.verify() })
  return (
    <>
      <ActionButton
        variant="default"
        loading={check.isPending}
        denied={denial('journal.verify')}
        onClick={() => check.mutate()}
      >
        Verify the journal
      </ActionButton>
      <Modal
        opened={check.isSuccess || check.isError}
        onClose={check.reset}
        title="Verification of the journal"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {check.data && <Verdict result={check.data} />}
        <FailureNotice error={check.error} title="The journal could not be verified." isRepeatable />
      </Modal>
    </>
  )
}

function Verdict({ result }: { readonly result: JournalVerification }): ReactElement {
  return (
    <div className="ls-stack">
      <div className={`ls-notice ${result.ok ? 'ls-tone-green' : 'ls-tone-red'}`}>
        {result.ok ? <IconCircleCheck size={20} aria-hidden /> : <IconCircleX size={20} aria-hidden />}
        <div className="ls-notice-body">
          <p className="ls-notice-title">{result.ok ? 'The journal is whole' : 'The journal was changed or damaged'}</p>
          <p>
            {counted(result.rowsChecked, 'entry', 'entries')} in {counted(result.blocksChecked, 'sealed block')} were
            checked.
            {result.rowsUnsealed > 0 &&
              ` The newest ${counted(result.rowsUnsealed, 'entry', 'entries')} will be sealed shortly.`}
          </p>
        </div>
      </div>
      {result.faults.length > 0 && (
        <ul className="portal-rows">
          {result.faults.map((fault) => (
            <li key={`${fault.seq ?? ''} ${fault.block ?? ''} ${fault.text}`}>
              <strong>{fault.seq === undefined ? `Block ${fault.block ?? '?'}` : `Entry ${fault.seq}`}</strong>
              <span>{fault.text}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
