import type { ReactElement, ReactNode } from 'react'

/** The page for those who are not inside yet: one column in the middle. */
export function FrontDoor({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <main className="portal-door">
      <title>{`${title} · Lockstep`}</title>
      <div className="portal-door-card">
        <p className="portal-brand">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={24} height={24} />
          Lockstep
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
