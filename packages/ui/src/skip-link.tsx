import { type MouseEvent, type ReactElement, type RefObject, useEffect, useRef } from 'react'

interface SkipLinkProps {
  /** The page's content, with the id `content`. */
  readonly main: RefObject<HTMLElement | null>
  /** The path of the page that is shown now. */
  readonly path: string
}

/** The way past the navigation; also moves focus into each new page, so that the keyboard and the screen reader go on from there. */
export function SkipLink({ main, path }: SkipLinkProps): ReactElement {
  const before = useRef(path)
  useEffect(() => {
    if (before.current === path) return
    before.current = path
    main.current?.focus({ preventScroll: true })
  }, [path, main])
  const skip = (event: MouseEvent): void => {
    event.preventDefault()
    main.current?.focus()
  }
  return (
    <a href="#content" className="portal-skip" onClick={skip}>
      Skip to the content
    </a>
  )
}
