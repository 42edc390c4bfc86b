import type { ReactElement } from 'react'
import { type NestedPlace, nestPlaces, type Place } from './dn.ts'

/** What lies inside what, as far as the names tell. */
export function PlacesTree({ places }: { readonly places: readonly Place[] }): ReactElement {
  return (
    <div className="wizard-tree" role="group" aria-label="What lies inside what">
      <Nested places={nestPlaces(places)} />
    </div>
  )
}

function Nested({ places }: { readonly places: readonly NestedPlace[] }): ReactElement {
  return (
    <ul>
      {places.map(({ label, dn, inside }) => (
        <li key={`${label} ${dn}`}>
          <strong>{label}</strong> <span className="ls-mono">{dn}</span>
          {inside.length > 0 && <Nested places={inside} />}
        </li>
      ))}
    </ul>
  )
}
