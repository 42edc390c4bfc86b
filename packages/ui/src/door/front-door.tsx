import type { ReactElement, ReactNode } from 'react'
import { BrandMark } from '../brand-mark.tsx'

interface FrontDoorProps {
  readonly title: string
  /** Whose door it is, when it is not the product's alone. */
  readonly place?: string
  readonly children: ReactNode
}

/** The page for those who are not inside yet: one column in the middle. */
export function FrontDoor({ title, place = 'Lockstep', children }: FrontDoorProps): ReactElement {
  return (
    <main className="portal-door">
      <title>{`${title} · Lockstep`}</title>
      <div className="portal-door-card">
        <p className="portal-brand">
          <BrandMark />
          {place}
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
