import { ErrorNotice } from '@lockstep/ui/error-notice'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { Section } from '@lockstep/ui/section'
import { Button, Textarea } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { type ClipboardEvent, type DragEvent, type ReactElement, useRef, useState } from 'react'
import { type ImportSource, readFile, type ReadSource, readText } from './read-source.ts'

/** Takes rows from a file that is chosen or dropped, or from lines that are pasted. */
export function ChooseSource({ onSource }: { readonly onSource: (source: ImportSource) => void }): ReactElement {
  const [fault, setFault] = useState<string>()
  const take = (read: ReadSource): void => {
    setFault(read.ok ? undefined : read.fault)
    if (read.ok) onSource(read.source)
  }
  const takeFile = (file: File | undefined): void => {
    if (file) readFile(file).then(take, (error: unknown) => setFault(failureOf(error).detail))
  }
  return (
    <Section title="File" detail="The first line names the columns. Files from spreadsheets are read as they are.">
      <DropFile onFile={takeFile} />
      <PasteLines onLines={(lines) => take(readText(lines, { name: 'Pasted lines' }))} onFile={takeFile} />
      {fault !== undefined && (
        <ErrorNotice title="This cannot be read." detail={fault} unchanged="Nothing was changed." />
      )}
    </Section>
  )
}

interface TakesFile {
  readonly onFile: (file: File | undefined) => void
}

function DropFile({ onFile }: TakesFile): ReactElement {
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    onFile(event.dataTransfer.files[0])
  }
  return (
    <div
      className="portal-drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconFileUpload size={20} stroke={1.5} aria-hidden />
      <span>Drop a CSV file here, or</span>
      <Button size="xs" onClick={() => input.current?.click()}>
        Choose file
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="CSV file"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        onChange={(event) => {
          onFile(event.currentTarget.files?.[0])
          // The same file can be chosen again after it was mended.
          event.currentTarget.value = ''
        }}
      />
    </div>
  )
}

interface PasteLinesProps extends TakesFile {
  readonly onLines: (lines: string) => void
}

function PasteLines({ onLines, onFile }: PasteLinesProps): ReactElement {
  const [typed, setTyped] = useState('')
  const paste = (event: ClipboardEvent): void => {
    const [file] = event.clipboardData.files
    if (file === undefined) return
    event.preventDefault()
    onFile(file)
  }
  return (
    <>
      <Textarea
        label="Or paste lines"
        description="Cells copied from a spreadsheet work too."
        autosize
        minRows={3}
        maxRows={10}
        classNames={{ input: 'ls-mono' }}
        value={typed}
        onPaste={paste}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {typed.trim() !== '' && (
        <div className="ls-actions">
          <Button variant="default" size="xs" onClick={() => onLines(typed)}>
            Use pasted lines
          </Button>
        </div>
      )}
    </>
  )
}
