/**
 * Runs the step, never two at a time: a call while it runs makes it run once more afterwards, so that what the last run finds is newer
 * than every call. The promise resolves when nothing is left to run; steps do not throw.
 */
export function oneAtATime(step: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isCalledAgain = false
  const runAll = async (): Promise<void> => {
    do {
      isCalledAgain = false
      await step()
    } while (isCalledAgain)
    running = undefined
  }
  return () => {
    isCalledAgain = true
    return (running ??= runAll())
  }
}
