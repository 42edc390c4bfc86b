/** Longer than a dialog takes to give the focus back to where it was. */
const restMs = 150
/** So long after an act what has the focus may still go with it: until its list has come anew and is drawn. */
const watchMs = 5_000

/**
 * Puts the focus on the page's content when what had it goes, so that the keyboard goes on from there and not from the top. Watches for
 * some seconds, because what was acted on leaves the page when the answer is drawn, and no event tells of it; whoever goes on meanwhile
 * ends the watch.
 */
export function keepFocus(): void {
  const ended = new AbortController()
  const begun = performance.now()
  let lostAt: number | undefined
  const look = (now: number): void => {
    if (ended.signal.aborted) return
    if (document.activeElement !== document.body) lostAt = undefined
    else if (now - (lostAt ??= now) >= restMs) document.getElementById('content')?.focus({ preventScroll: true })
    if (now - begun < watchMs) requestAnimationFrame(look)
    else ended.abort()
  }
  for (const act of ['keydown', 'pointerdown'] as const)
    document.addEventListener(act, () => ended.abort(), { signal: ended.signal, once: true, capture: true })
  requestAnimationFrame(look)
}
