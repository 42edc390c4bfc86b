import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { ReactElement } from 'react'

/** What an administrator should know of the domain as a whole, each with its remedy. */
export function DirectoryWarnings({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  return (
    <>
      {directory.warnings.map(({ code, detail, remedy }) => (
        <div key={`${code} ${detail}`} className="ls-notice ls-tone-amber">
          <div className="ls-notice-body">
            <p className="ls-notice-title">{detail}</p>
            <p>{remedy}</p>
          </div>
        </div>
      ))}
    </>
  )
}
