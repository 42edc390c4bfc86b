import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { progressWords } from './progress-words.ts'

interface ProgressPanelProps {
  /** What is done to how many: "Suspending 248 users". */
  readonly title: string
  readonly done: number
  readonly total: number
  /** Who began it, what waits, and the like. */
  readonly detail?: ReactNode
  /** The way out, for instance a button that cancels. */
  readonly actions?: ReactNode
}

/** Work that goes on elsewhere: phase, count, rate, rest. */
export function ProgressPanel({ title, done, total, detail, actions }: ProgressPanelProps): ReactElement {
  const id = useId()
  const words = useWords(done, total)
  return (
    <div className="ls-progress" role="group" aria-labelledby={id}>
      <div className="ls-progress-head">
        <strong id={id}>{title}</strong>
        <span className="ls-dim">{words}</span>
        {detail !== undefined && <span className="ls-dim">{detail}</span>}
        <span className="ls-spring" />
        {actions}
      </div>
      <div
        className="ls-progress-track"
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={words}
      >
        <div style={{ width: `${total === 0 ? 100 : (done / total) * 100}%` }} />
      </div>
    </div>
  )
}

/** Rate and rest by this machine's own clock, because the hub's may differ. */
function useWords(done: number, total: number): string {
  const first = useRef<{ readonly done: number; readonly atMs: number }>(undefined)
  const [words, setWords] = useState(() => progressWords({ done, total, doneAtFirst: done, watchedMs: 0 }))
  useEffect(() => {
    first.current ??= { done, atMs: performance.now() }
    const watchedMs = performance.now() - first.current.atMs
    setWords(progressWords({ done, total, doneAtFirst: first.current.done, watchedMs }))
  }, [done, total])
  return words
}
