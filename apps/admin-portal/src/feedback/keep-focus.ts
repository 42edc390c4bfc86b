/** Puts the focus on the page's content when what had it is gone, so that the keyboard goes on from there and not from the top. */
export function keepFocus(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true })
  })
}
