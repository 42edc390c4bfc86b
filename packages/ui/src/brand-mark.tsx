import type { ReactElement } from 'react'

/** The product's sign, as in the browser's tab. */
export function BrandMark(): ReactElement {
  return (
    <svg viewBox="0 0 32 32" width={24} height={24} aria-hidden>
      <rect width="32" height="32" rx="7" fill="#4353d3" />
      <path
        d="M9 8v12a4 4 0 0 0 4 4h4M23 24V12a4 4 0 0 0-4-4h-4"
        fill="none"
        stroke="#fff"
        strokeWidth={3}
        strokeLinecap="round"
      />
    </svg>
  )
}
