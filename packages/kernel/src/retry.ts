/** How long to wait before the next try: doubling from `baseMs`, at most `limitMs`, with up to a quarter of jitter. */
export function backoffMs(
  attempt: number,
  { baseMs, limitMs }: { readonly baseMs: number; readonly limitMs: number },
): number {
  const plain = Math.min(limitMs, baseMs * 2 ** Math.min(attempt, 30))
  return Math.round(plain * (1 + Math.random() / 4))
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
}
