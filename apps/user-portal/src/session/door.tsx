import { FrontDoor } from '@lockstep/ui/door/front-door'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { sessionQuery } from '../hub/queries.ts'

/** The page for those outside, under the name of their organization. */
export function Door({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  const { organization } = useSuspenseQuery(sessionQuery).data
  return (
    <FrontDoor title={title} place={organization.name}>
      {children}
    </FrontDoor>
  )
}
