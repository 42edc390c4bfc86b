import type { DemoFolder } from './demo-folder.ts'

/** What every part of the demo works with. */
export interface DemoSurroundings {
  readonly folder: DemoFolder
  /** Variables that each program gets besides its own. */
  readonly environment: Readonly<Record<string, string>>
  readonly print: (line: string) => void
  /** Called when a program has another process number than before. */
  readonly onRestart: () => void
  /** Aborts when the demo is to end. */
  readonly stop: AbortSignal
}
